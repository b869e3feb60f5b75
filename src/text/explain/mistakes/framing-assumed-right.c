/* Un serveur répond par la longueur de chaque ligne. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    char lu[16];

    if (connect(fd, (const void *)adresse, sizeof *adresse) == -1)
        exit(EXIT_FAILURE);
    send(fd, "bonjour\n", 8, 0);
    read(fd, lu, sizeof lu);
    close(fd);
    exit(EXIT_SUCCESS);
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int client, ecoute = ouvrir(&adresse);
    char ligne[64], reponse[32];
    size_t fait = 0;
    ssize_t n;

    if (fork() == 0) {
        close(ecoute);
        pair(&adresse);
    }
    client = accept(ecoute, NULL, NULL);
    if (client == -1)
        return EXIT_FAILURE;
    /* >>> */
    /* La ligne est entière quand elle finit par \n. */
    while ((n = recv(client, ligne + fait, sizeof ligne - fait, 0)) > 0) {
        fait += n;
        if (ligne[fait - 1] == '\n') {
            snprintf(reponse, sizeof reponse, "%zu\n", fait);
            send(client, reponse, strlen(reponse), MSG_NOSIGNAL);
            fait = 0;
        }
    }
    /* <<< */
    close(client);
    close(ecoute);
    wait(NULL);
    return EXIT_SUCCESS;
}
