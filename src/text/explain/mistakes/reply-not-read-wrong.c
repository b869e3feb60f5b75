/* Un client pose une question à son serveur. */
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

/* Le serveur, dans un autre processus. */
static void serveur(int ecoute)
{
    char lu[256];
    int client = accept(ecoute, NULL, NULL);

    if (client != -1 && recv(client, lu, sizeof lu, 0) > 0)
        send(client, "bonjour", 7, MSG_NOSIGNAL);
    close(client);
    exit(EXIT_SUCCESS);
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int fd, ecoute = ouvrir(&adresse);

    if (fork() == 0)
        serveur(ecoute);
    close(ecoute);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&adresse, sizeof adresse) == -1) {
        perror("connect");
        return EXIT_FAILURE;
    }
    /* >>> */
    send(fd, "quelle heure est-il ?\n", 22, 0);
    usleep(100000);
    /* La réponse est arrivée, et personne ne la lit. */
    close(fd);
    /* <<< */
    wait(NULL);
    return EXIT_SUCCESS;
}
