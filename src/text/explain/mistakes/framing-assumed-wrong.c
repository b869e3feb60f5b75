/* Un serveur compte les caractères d’une ligne. */
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

/* Deux clients envoient la même ligne, le second en deux morceaux. */
static void pair(const struct sockaddr_in *adresse)
{
    for (int coupe = 0; coupe < 2; coupe++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        char lu[16];

        if (connect(fd, (const void *)adresse, sizeof *adresse) == -1)
            exit(EXIT_FAILURE);
        send(fd, "bonjour\n", coupe ? 3 : 8, 0);
        usleep(100000);
        if (coupe)
            send(fd, "jour\n", 5, MSG_NOSIGNAL);
        recv(fd, lu, sizeof lu, 0);
        close(fd);
    }
    exit(EXIT_SUCCESS);
}

/* Répond par la longueur de la ligne reçue. */
static void servir(int client)
{
    char ligne[64], reponse[32];
    size_t fait = 0;
    ssize_t n;

    /* >>> */
    n = recv(client, ligne, sizeof ligne, 0);
    if (n > 0)
        fait = n;
    snprintf(reponse, sizeof reponse, "%zu\n", fait);
    /* <<< */
    send(client, reponse, strlen(reponse), MSG_NOSIGNAL);
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int ecoute = ouvrir(&adresse);

    if (fork() == 0)
        pair(&adresse);
    for (int tour = 0; tour < 2; tour++) {
        int client = accept(ecoute, NULL, NULL);
        servir(client);
        close(client);
    }
    wait(NULL);
    return EXIT_SUCCESS;
}
