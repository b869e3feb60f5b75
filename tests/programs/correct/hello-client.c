// expect:
// play: listen, a accept, a expect Hello World !, a end, exit
// The first exercise.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 3) { fprintf(stderr, "usage : %s HOTE PORT\n", argv[0]); return 2; }
    struct sockaddr_in serveur;
    memset(&serveur, 0, sizeof serveur);
    serveur.sin_family = AF_INET;
    serveur.sin_port = htons(atoi(argv[2]));
    if (inet_pton(AF_INET, argv[1], &serveur.sin_addr) != 1) { fprintf(stderr, "adresse ?\n"); return 2; }
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1) { perror("socket"); return EXIT_FAILURE; }
    if (connect(fd, (struct sockaddr *)&serveur, sizeof serveur) == -1) {
        perror("connect");
        close(fd);
        return EXIT_FAILURE;
    }
    const char *message = "Hello World !";
    if (send(fd, message, strlen(message), 0) == -1) {
        perror("send");
        close(fd);
        return EXIT_FAILURE;
    }
    close(fd);
    return EXIT_SUCCESS;
}
