/* Un serveur répond à une requête HTTP. */
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
    send(fd, "GET / HTTP/1.0\r\n\r\n", 18, 0);
    while (recv(fd, lu, sizeof lu, 0) > 0)
        continue;
    close(fd);
    exit(EXIT_SUCCESS);
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int client, ecoute = ouvrir(&adresse);
    const char *page = "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\noui";

    if (fork() == 0) {
        close(ecoute);
        pair(&adresse);
    }
    client = accept(ecoute, NULL, NULL);
    if (client == -1)
        return EXIT_FAILURE;
    usleep(100000);
    /* >>> */
    /* La requête est arrivée, et personne ne la lit. */
    send(client, page, strlen(page), MSG_NOSIGNAL);
    close(client);
    /* <<< */
    close(ecoute);
    wait(NULL);
    return EXIT_SUCCESS;
}
