// expect:
// play: listen, a accept, keys un\n, a expect un, settle, eof, a end, settle, a send deux\n, said deux, settle, a send trois\n, said trois, a close, exit
// The end of the keyboard is the end of what is sent: it leaves the set on purpose, and the socket stays.
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
    fd_set all;
    if (s == -1) { perror("socket"); return 1; }
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    FD_ZERO(&all);
    FD_SET(STDIN_FILENO, &all);
    FD_SET(s, &all);
    for (;;) {
        ssize_t n;
        fd_set ready = all;
        if (select(s + 1, &ready, NULL, NULL, NULL) == -1) { perror("select"); return 1; }
        if (FD_ISSET(STDIN_FILENO, &ready)) {
            n = read(STDIN_FILENO, b, sizeof b);
            if (n <= 0) {
                FD_CLR(STDIN_FILENO, &all);
                if (shutdown(s, SHUT_WR) == -1) perror("shutdown");
            } else if (send(s, b, n, MSG_NOSIGNAL) == -1) {
                perror("send");
                break;
            }
        }
        if (FD_ISSET(s, &ready)) {
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
