/* Un client met du temps à parler. */
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
    usleep(3000000);
    send(fd, "bonjour", 7, 0);
    close(fd);
    exit(EXIT_SUCCESS);
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int client, ecoute = ouvrir(&adresse);
    char tampon[64];
    ssize_t n;

    if (fork() == 0) {
        close(ecoute);
        pair(&adresse);
    }
    client = accept(ecoute, NULL, NULL);
    if (client == -1)
        return EXIT_FAILURE;
    /* >>> */
    /* Le noyau réveille le processus à l’arrivée des octets. */
    n = recv(client, tampon, sizeof tampon, 0);
    if (n == -1)
        perror("recv");
    printf("%zd octets\n", n);
    /* <<< */
    close(client);
    close(ecoute);
    wait(NULL);
    return EXIT_SUCCESS;
}
