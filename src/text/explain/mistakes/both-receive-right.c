/* Un client et un serveur se parlent. */
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

/* Le client, dans un autre processus. */
static void client_bavard(const struct sockaddr_in *adresse)
{
    char mot[16];
    int fd = joindre(adresse);

    alarm(10);
    /* >>> */
    /* Le client parle le premier, le serveur répond. */
    send(fd, "bonjour", 7, 0);
    recv(fd, mot, sizeof mot, 0);
    /* <<< */
    close(fd);
    exit(EXIT_SUCCESS);
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int ecoute = ouvrir(&adresse);
    char mot[16];

    if (fork() == 0)
        client_bavard(&adresse);
    int client = accept(ecoute, NULL, NULL);

    /* Sans ce réveil, l’exemple ne finirait jamais. */
    alarm(10);
    if (recv(client, mot, sizeof mot, 0) > 0)
        send(client, "et vous ?", 9, MSG_NOSIGNAL);
    close(client);
    wait(NULL);
    return EXIT_SUCCESS;
}
