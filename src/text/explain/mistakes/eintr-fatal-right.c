/* Un signal arrive pendant que le serveur attend. */
#include <arpa/inet.h>
#include <signal.h>
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
    usleep(200000);
    kill(getppid(), SIGUSR1);
    usleep(100000);
    send(fd, "bonjour", 7, MSG_NOSIGNAL);
    close(fd);
    exit(EXIT_SUCCESS);
}

static void noter(int signal)
{
    (void)signal;
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
    struct sigaction visite = {.sa_handler = noter,
                               .sa_flags = SA_RESTART};

    sigaction(SIGUSR1, &visite, NULL);
    n = recv(client, tampon, sizeof tampon, 0);
    if (n == -1) {
        perror("recv");
        return EXIT_FAILURE;
    }
    /* <<< */
    close(client);
    close(ecoute);
    wait(NULL);
    return EXIT_SUCCESS;
}
