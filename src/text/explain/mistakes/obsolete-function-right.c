/* Un programme affiche l’adresse de la machine. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    /* >>> */
    struct addrinfo voulu = {.ai_socktype = SOCK_STREAM}, *liste, *a;
    char texte[NI_MAXHOST];

    if (getaddrinfo("localhost", "80", &voulu, &liste) != 0)
        return EXIT_FAILURE;
    for (a = liste; a != NULL; a = a->ai_next)
        if (getnameinfo(a->ai_addr, a->ai_addrlen, texte, sizeof texte,
                        NULL, 0, NI_NUMERICHOST) == 0)
            puts(texte);
    freeaddrinfo(liste);
    /* <<< */
    return EXIT_SUCCESS;
}
