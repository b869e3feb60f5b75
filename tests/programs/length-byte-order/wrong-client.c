// expect: length-byte-order
// play: listen, a accept, a expect message, a send \0\0\0\x05, settle, a send salut, settle, a close, exit
// A client reads the length of the answer as if it were its own number.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    uint32_t longueur;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (send(s, "message", 7, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    if (recv(s, &longueur, sizeof longueur, MSG_WAITALL) != sizeof longueur) { fprintf(stderr, "pas de longueur\n"); return 1; }
    char *message = malloc(longueur);
    if (message == NULL) { perror("malloc"); return 1; }
    ssize_t n = recv(s, message, longueur, MSG_WAITALL);
    if (n == -1) { perror("recv"); return 1; }
    printf("%.*s\n", (int)n, message);
    free(message);
    close(s);
    return 0;
}
