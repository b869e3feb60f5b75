/* Un serveur demande l’adresse de son client. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
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

/* Le pair, dans un autre processus. */
static void pair(const struct sockaddr_in *adresse)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(fd, (const void *)adresse, sizeof *adresse) == -1)
        exit(EXIT_FAILURE);

    close(fd);
    exit(EXIT_SUCCESS);
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int client, ecoute = ouvrir(&adresse);
    struct sockaddr_in autre = {0};
    socklen_t taille;

    if (fork() == 0) {
        close(ecoute);
        pair(&adresse);
    }
    /* >>> */
    /* 0 dit au noyau qu’il n’a aucune place. */
    taille = 0;
    client = accept(ecoute, (struct sockaddr *)&autre, &taille);
    /* <<< */
    if (client != -1)
        printf("un client, port %d\n", ntohs(autre.sin_port));
    close(client);
    close(ecoute);
    wait(NULL);
    return EXIT_SUCCESS;
}
