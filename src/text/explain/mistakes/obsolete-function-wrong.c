/* Un programme affiche l’adresse de la machine. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    /* >>> */
    struct hostent *hote = gethostbyname("localhost");
    char texte[INET_ADDRSTRLEN];

    if (hote == NULL)
        return EXIT_FAILURE;
    inet_ntop(AF_INET, hote->h_addr_list[0], texte, sizeof texte);
    puts(texte);
    /* <<< */
    return EXIT_SUCCESS;
}
