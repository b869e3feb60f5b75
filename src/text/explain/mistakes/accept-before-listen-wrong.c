/* Un serveur attend un client. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    socklen_t taille = sizeof adresse;
    int oui = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

    adresse.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &oui, sizeof oui);
    if (bind(fd, (struct sockaddr *)&adresse, taille) == -1) {
        perror("bind");
        return EXIT_FAILURE;
    }
    getsockname(fd, (struct sockaddr *)&adresse, &taille);
    /* >>> */
    int client = accept(fd, NULL, NULL);

    if (client == -1) {
        perror("accept");
        return EXIT_FAILURE;
    }
    /* <<< */
    close(client);
    close(fd);
    return EXIT_SUCCESS;
}
