// expect: stdout-unflushed
// play: listen, a accept, a expect heure
// play: 40 times settle
// play: a send midi, settle, a close, exit
// A client that says that it waits, without « \n »: nobody sees it wait.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char b[100];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    printf("Connexion... ");
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    printf("connecté. J'attends l'heure... ");
    if (send(s, "heure", 5, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    ssize_t n = recv(s, b, sizeof b, 0);
    if (n == -1) { perror("recv"); return 1; }
    printf("il est %.*s.", (int)n, b);
    close(s);
    return 0;
}
