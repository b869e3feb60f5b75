/* Un serveur HTTP qui répond « oui ». */
#include <arpa/inet.h>
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

/* Le pair, dans un autre processus. */
static void pair(const struct sockaddr_in *adresse)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char lu[256];

    if (connect(fd, (const void *)adresse, sizeof *adresse) == -1)
        exit(EXIT_FAILURE);
    send(fd, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 35, 0);
    recv(fd, lu, sizeof lu, MSG_WAITALL);
    close(fd);
    exit(EXIT_SUCCESS);
}

/* Lit la requête jusqu’à sa ligne vide. */
static void lire(int client)
{
    char lu[1024] = "";

    while (strstr(lu, "\r\n\r\n") == NULL
           && recv(client, lu + strlen(lu), 1023 - strlen(lu), 0) > 0)
        continue;
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int client, ecoute = ouvrir(&adresse);

    if (fork() == 0) {
        close(ecoute);
        pair(&adresse);
    }
    client = accept(ecoute, NULL, NULL);
    lire(client);
    /* >>> */
    const char *reponse = "HTTP/1.0 OK\r\n"
        "Content-Length: 3\r\n"
        "\r\n"
        "oui";

    send(client, reponse, strlen(reponse), MSG_NOSIGNAL);
    /* <<< */
    close(client);
    wait(NULL);
    return EXIT_SUCCESS;
}
