/* Un serveur lit ce que disent cinq clients. */
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

/* Cinq clients, l’un après l’autre. */
static void clients(const struct sockaddr_in *adresse)
{
    for (int tour = 0; tour < 5; tour++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);

        if (connect(fd, (const void *)adresse, sizeof *adresse) == -1)
            exit(EXIT_FAILURE);
        send(fd, "bonjour", 7, 0);
        close(fd);
    }
    exit(EXIT_SUCCESS);
}

int main(void)
{
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    int ecoute = ouvrir(&adresse);
    char tampon[64];

    if (fork() == 0) {
        close(ecoute);
        clients(&adresse);
    }
    for (int tour = 0; tour < 5; tour++) {
        /* >>> */
        int client = accept(ecoute, NULL, NULL);

        while (recv(client, tampon, sizeof tampon, 0) > 0)
            continue;
        /* Le client est parti, et son descripteur reste ouvert. */
        /* <<< */
    }
    close(ecoute);
    wait(NULL);
    return EXIT_SUCCESS;
}
