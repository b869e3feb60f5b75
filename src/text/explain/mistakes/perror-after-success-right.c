/* Un serveur salue un client, sur un port que le noyau choisit. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Un socket connecté au serveur. */
static int joindre(const struct sockaddr_in *adresse)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(fd, (const void *)adresse, sizeof *adresse) == -1)
        exit(EXIT_FAILURE);
    return fd;
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    socklen_t taille = sizeof adresse;
    int oui = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

    adresse.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &oui, sizeof oui);
    /* >>> */
    if (bind(fd, (struct sockaddr *)&adresse, sizeof adresse) == -1) {
        perror("bind");
        return EXIT_FAILURE;
    }
    if (listen(fd, 5) == -1) {
        perror("listen");
        return EXIT_FAILURE;
    }
    /* <<< */
    getsockname(fd, (struct sockaddr *)&adresse, &taille);
    if (fork() == 0) {
        close(fd);
        close(joindre(&adresse));
        exit(EXIT_SUCCESS);
    }
    close(accept(fd, NULL, NULL));
    close(fd);
    wait(NULL);
    return EXIT_SUCCESS;
}
