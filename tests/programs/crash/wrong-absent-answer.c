// expect: crash
// play: listen, a accept, a expect heure\n, a send occupé\n, a end, exit
// The answer has no « : », and what should follow it is used all the same.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char b[256];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (send(s, "heure\n", 6, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    ssize_t n = recv(s, b, sizeof b - 1, 0);
    if (n == -1) { perror("recv"); return 1; }
    b[n] = '\0';
    char *valeur = strstr(b, ": ");
    printf("%zu caractères\n", strlen(valeur));
    close(s);
    return 0;
}
