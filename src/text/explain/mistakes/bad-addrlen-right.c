/* Un serveur s’attache à un port que le noyau choisit. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int oui = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

    adresse.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &oui, sizeof oui);
    /* >>> */
    struct sockaddr_in *p = &adresse;

    /* sizeof *p est la taille de la structure. */
    if (bind(fd, (struct sockaddr *)p, sizeof *p) == -1) {
        perror("bind");
        return EXIT_FAILURE;
    }
    /* <<< */
    close(fd);
    return EXIT_SUCCESS;
}
