// expect: set-not-rebuilt
// play: listen, a accept, a send bienvenue\n, said bienvenue, settle, keys salut\n, settle, a send trop tard\n, said tard, settle, a close, exit
// What is typed is never read: the server spoke first, and the keyboard left the set.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char b[200];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    fd_set both;
    if (s == -1) { perror("socket"); return 1; }
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    FD_ZERO(&both);
    FD_SET(STDIN_FILENO, &both);
    FD_SET(s, &both);
    for (;;) {
        ssize_t n;
        if (select(s + 1, &both, NULL, NULL, NULL) == -1) { perror("select"); return 1; }
        if (FD_ISSET(STDIN_FILENO, &both)) {
            n = read(STDIN_FILENO, b, sizeof b);
            if (n <= 0) break;
            if (send(s, b, n, MSG_NOSIGNAL) == -1) { perror("send"); break; }
        }
        if (FD_ISSET(s, &both)) {
            n = recv(s, b, sizeof b, 0);
            if (n == -1) perror("recv");
            if (n <= 0) break;
            printf("%.*s", (int)n, b);
            fflush(stdout);
        }
    }
    close(s);
    return 0;
}
