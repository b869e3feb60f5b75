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

/* Deux clients à la fois, le premier est lent. */
static void pair(const struct sockaddr_in *adresse, int lent)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(fd, (const void *)adresse, sizeof *adresse) == -1)
        exit(EXIT_FAILURE);
    usleep(lent ? 200000 : 0);
    send(fd, "bonjour", 7, 0);
    close(fd);
    exit(EXIT_SUCCESS);
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

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int ecoute = ouvrir(&adresse);

    for (int i = 0; i < 2; i++) {
        if (fork() == 0)
            pair(&adresse, i == 0);
        usleep(50000);
    }
    /* >>> */
    for (int i = 0; i < 2; i++) {
        long client = accept(ecoute, NULL, NULL);

        servir((void *)client);
    }
    /* <<< */
    while (wait(NULL) > 0)
        continue;
    return EXIT_SUCCESS;
}
