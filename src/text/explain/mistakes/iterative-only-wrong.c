/* Un serveur sert deux clients. */
#include <arpa/inet.h>
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

static void *servir(void *argument)
{
    char tampon[64];
    int client = (int)(long)argument;

    while (recv(client, tampon, sizeof tampon, 0) > 0)
        continue;
    close(client);
    return NULL;
}

static void serveur(int ecoute)
{
    /* >>> */
    for (int i = 0; i < 2; i++) {
        long client = accept(ecoute, NULL, NULL);

        servir((void *)client);
    }
    /* <<< */
    exit(EXIT_SUCCESS);
}

/* Deux clients à la fois, dont le premier est lent. */
int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int fds[2], ecoute = ouvrir(&adresse);

    if (fork() == 0)
        serveur(ecoute);
    close(ecoute);
    for (int i = 0; i < 2; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fds[i], (void *)&adresse, sizeof adresse) == -1)
            exit(EXIT_FAILURE);
    }
    usleep(200000);
    for (int i = 0; i < 2; i++) {
        send(fds[i], "bonjour", 7, 0);
        close(fds[i]);
    }
    wait(NULL);
    return EXIT_SUCCESS;
}
