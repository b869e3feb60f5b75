/* Un client se connecte à son serveur. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Un socket à l’écoute, sur un port que le noyau choisit. */
static int ouvrir(struct sockaddr_in *adresse)
{
    socklen_t taille = sizeof *adresse;
    int oui = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

    adresse->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &oui, sizeof oui);
    if (bind(fd, (void *)adresse, taille) == -1 || listen(fd, 5) == -1)
        exit(EXIT_FAILURE);
    getsockname(fd, (void *)adresse, &taille);
    return fd;
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int ecoute = ouvrir(&adresse);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    /* >>> */
    /* Le serveur est à l’écoute. */
    if (connect(fd, (struct sockaddr *)&adresse, sizeof adresse) == -1) {
        perror("connect");
        return EXIT_FAILURE;
    }
    /* <<< */
    puts("connecté");
    close(fd);
    close(ecoute);
    return EXIT_SUCCESS;
}
