/* Un serveur que l’on voudra relancer aussitôt arrêté. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

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
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    adresse.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    adresse.sin_port = htons(3001);
    /* >>> */
    int oui = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &oui, sizeof oui);
    if (bind(fd, (struct sockaddr *)&adresse, sizeof adresse) == -1) {
        perror("bind");
        return EXIT_FAILURE;
    }
    /* <<< */
    if (listen(fd, 5) == -1) {
        perror("listen");
        return EXIT_FAILURE;
    }
    for (int tour = 0; tour < 2; tour++) {
        if (fork() == 0) {
            close(fd);
            close(joindre(&adresse));
            exit(EXIT_SUCCESS);
        }
        close(accept(fd, NULL, NULL));
        wait(NULL);
    }
    close(fd);
    return EXIT_SUCCESS;
}
