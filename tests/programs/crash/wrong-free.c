// expect: crash
// play: listen, a accept, a send \s\s\sbonjour\n, a end, exit
// The pointer was moved to skip the spaces, then freed: the C library stops the program.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    ssize_t n = recv(s, texte, 99, 0);
    if (n == -1) { perror("recv"); return 1; }
    texte[n] = '\0';
    while (*texte == ' ')
        texte++;
    printf("%s", texte);
    free(texte);
    close(s);
    return 0;
}
