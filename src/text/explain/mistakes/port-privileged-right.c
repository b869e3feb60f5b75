/* Un compte ordinaire s’attache à un port. */
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
    /* Lancé par root, l’exemple joue un compte ordinaire. */
    if (geteuid() == 0 && seteuid(65534) == -1)
        perror("seteuid");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &oui, sizeof oui);
    /* >>> */
    adresse.sin_port = htons(8080);
    if (bind(fd, (struct sockaddr *)&adresse, sizeof adresse) == -1) {
        perror("bind");
        return EXIT_FAILURE;
    }
    /* <<< */
    close(fd);
    return EXIT_SUCCESS;
}
