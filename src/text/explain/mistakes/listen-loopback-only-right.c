/* Un serveur que d’autres machines doivent joindre. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int oui = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &oui, sizeof oui);
    /* >>> */
    /* Tout le réseau pourra se connecter. */
    adresse.sin_addr.s_addr = htonl(INADDR_ANY);
    if (bind(fd, (struct sockaddr *)&adresse, sizeof adresse) == -1) {
        perror("bind");
        return EXIT_FAILURE;
    }
    /* <<< */
    if (listen(fd, 5) == -1) {
        perror("listen");
        return EXIT_FAILURE;
    }
    close(fd);
    return EXIT_SUCCESS;
}
