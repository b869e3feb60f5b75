/* Un serveur salue deux clients, puis s’arrête. */
#include <arpa/inet.h>
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

/* Un socket connecté au serveur. */
static int joindre(const struct sockaddr_in *adresse)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(fd, (const void *)adresse, sizeof *adresse) == -1)
        exit(EXIT_FAILURE);
    return fd;
}

/* Deux clients à la fois, qui attendent la fin. */
static void clients(const struct sockaddr_in *adresse)
{
    int fds[2];
    char mot[8];

    for (int i = 0; i < 2; i++)
        fds[i] = joindre(adresse);
    for (int i = 0; i < 2; i++) {
        while (recv(fds[i], mot, sizeof mot, 0) > 0)
            continue;
        close(fds[i]);
    }
    exit(EXIT_SUCCESS);
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int ecoute = ouvrir(&adresse);

    if (fork() == 0)
        clients(&adresse);
    /* >>> */
    int premier = accept(ecoute, NULL, NULL);
    int second = accept(ecoute, NULL, NULL);

    send(premier, "salut", 5, MSG_NOSIGNAL);
    send(second, "salut", 5, MSG_NOSIGNAL);
    /* Rien ne ferme ces clients avant la fin du programme. */
    /* <<< */
    return EXIT_SUCCESS;
}
