/* Un serveur salue ses clients. */
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
    int ecoute = ouvrir(&adresse);

    if (fork() == 0) {
        close(ecoute);
        for (int tour = 0; tour < 1; tour++)
            close(joindre(&adresse));
        exit(EXIT_SUCCESS);
    }
    /* >>> */
    int client = accept(ecoute, NULL, NULL);

    if (client != -1) {
        send(client, "salut\n", 6, MSG_NOSIGNAL);
        close(client);
    }
    /* <<< */
    close(ecoute);
    wait(NULL);
    return EXIT_SUCCESS;
}
