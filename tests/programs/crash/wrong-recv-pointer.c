// expect: crash
// play: listen, a accept, a expect nom, a send bonjour\n, a end, exit
// recv writes over the pointer itself.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char *texte = malloc(100);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (texte == NULL || s == -1) { perror("client"); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (send(s, "nom", 3, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    ssize_t n = recv(s, &texte, 8, 0);
    if (n == -1) { perror("recv"); return 1; }
    printf("%.*s", (int)n, texte);
    free(texte);
    close(s);
    return 0;
}
