/* Un socket mis à l’écoute, sur un port que le noyau choisit. */
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
    bind(fd, (struct sockaddr *)&adresse, sizeof adresse);
    perror("bind");
    listen(fd, 5);
    perror("listen");
    /* <<< */
    close(fd);
    return EXIT_SUCCESS;
}
