// expect: set-not-rebuilt
// allow: iterative-only
// play: a connect, a send un, a expect un, settle, b connect
// play: 150 times settle
// play: interrupt
// The sets are filled before the loop: once a has spoken, a alone is watched, and b waits at the door.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0), max = l;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    fd_set all;
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    FD_ZERO(&all);
    FD_SET(l, &all);
    for (;;) {
        if (select(max + 1, &all, NULL, NULL, NULL) == -1) { perror("select"); return 1; }
        for (int fd = l + 1; fd <= max; fd++) {
            if (!FD_ISSET(fd, &all)) continue;
            char b[512];
            ssize_t n = recv(fd, b, sizeof b, 0);
            if (n == -1) perror("recv");
            if (n <= 0 || send(fd, b, n, MSG_NOSIGNAL) == -1) {
                close(fd);
                FD_CLR(fd, &all);
            }
        }
        if (FD_ISSET(l, &all)) {
            int c = accept(l, NULL, NULL);
            if (c == -1) { perror("accept"); continue; }
            if (c >= FD_SETSIZE) { close(c); continue; }
            FD_SET(c, &all);
            if (c > max) max = c;
        }
    }
}
