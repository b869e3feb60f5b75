/* Un serveur sert trois clients. */
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

/* Trois clients, dont le deuxième coupe brutalement (RST). */
static void clients(const struct sockaddr_in *adresse)
{
    struct linger net = {.l_onoff = 1, .l_linger = 0};
    char mot[8];

    for (int tour = 0; tour < 3; tour++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);

        if (connect(fd, (const void *)adresse, sizeof *adresse) == -1)
            exit(EXIT_FAILURE);
        recv(fd, mot, sizeof mot, 0);
        if (tour == 1)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &net, sizeof net);
        close(fd);
    }
    exit(EXIT_SUCCESS);
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int ecoute = ouvrir(&adresse);
    char tampon[64];
    ssize_t n;

    if (fork() == 0) {
        close(ecoute);
        clients(&adresse);
    }
    for (int tour = 0; tour < 3; tour++) {
        int client = accept(ecoute, NULL, NULL);

        send(client, "salut", 5, MSG_NOSIGNAL);
        /* >>> */
        while ((n = recv(client, tampon, sizeof tampon, 0)) > 0)
            continue;
        if (n == -1) {
            perror("recv");
            exit(EXIT_FAILURE);
        }
        /* <<< */
        close(client);
    }
    wait(NULL);
    return EXIT_SUCCESS;
}
