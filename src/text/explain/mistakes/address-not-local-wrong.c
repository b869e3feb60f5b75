/* Un serveur choisit son adresse. */
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
    /* L’adresse d’une autre machine. */
    inet_pton(AF_INET, "192.0.2.1", &adresse.sin_addr);
    if (bind(fd, (struct sockaddr *)&adresse, sizeof adresse) == -1) {
        perror("bind");
        return EXIT_FAILURE;
    }
    /* <<< */
    close(fd);
    return EXIT_SUCCESS;
}
