// expect:
// play: a connect, a send un, a expect un, b connect, a close, b send deux, b expect deux, b close, settle, interrupt
// FD_SETSIZE as the first argument: larger than needed, never too small.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    fd_set all;
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    FD_ZERO(&all);
    FD_SET(l, &all);
    for (;;) {
        fd_set ready = all;
        if (select(FD_SETSIZE, &ready, NULL, NULL, NULL) == -1) { perror("select"); return 1; }
        for (int fd = 0; fd < FD_SETSIZE; fd++) {
            if (!FD_ISSET(fd, &ready)) continue;
            if (fd == l) {
                int c = accept(l, NULL, NULL);
                if (c == -1) { perror("accept"); continue; }
                if (c >= FD_SETSIZE) { close(c); continue; }
                FD_SET(c, &all);
                continue;
            }
            char b[512];
            ssize_t n = recv(fd, b, sizeof b, 0);
            if (n == -1) perror("recv");
            if (n <= 0 || send(fd, b, n, MSG_NOSIGNAL) == -1) {
                close(fd);
                FD_CLR(fd, &all);
            }
        }
    }
}
