/* Un serveur qui crée un enfant par client. */
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

/* Trois clients, l’un après l’autre, qui lisent un mot et partent. */
static void clients(const struct sockaddr_in *adresse)
{
    for (int tour = 0; tour < 3; tour++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        char mot[8];

        if (connect(fd, (const void *)adresse, sizeof *adresse) == -1)
            exit(EXIT_FAILURE);
        recv(fd, mot, sizeof mot, 0);
        close(fd);
        usleep(20000);
    }
}

static void serveur(int ecoute)
{
    for (int tour = 0; tour < 3; tour++) {
        int client = accept(ecoute, NULL, NULL);
        /* >>> */
        if (fork() == 0) {
            close(ecoute);
            send(client, "salut", 5, MSG_NOSIGNAL);
            close(client);
            exit(EXIT_SUCCESS);
        }
        close(client);
        wait(NULL);
        /* <<< */
    }
    usleep(50000);
    exit(EXIT_SUCCESS);
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int ecoute = ouvrir(&adresse);

    if (fork() == 0)
        serveur(ecoute);
    close(ecoute);
    clients(&adresse);
    wait(NULL);
    return EXIT_SUCCESS;
}
