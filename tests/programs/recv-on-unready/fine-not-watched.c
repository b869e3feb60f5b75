// expect:
// allow: iterative-only single-client
// play: a connect, settle, a send un, a expect un, settle, a send deux, a expect deux, a close, settle, interrupt
// select watches the door alone; the client that came in was not among what it looked at.
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
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    for (;;) {
        char b[256];
        fd_set r;
        ssize_t n;
        FD_ZERO(&r);
        FD_SET(l, &r);
        if (select(l + 1, &r, NULL, NULL, NULL) == -1) { perror("select"); return 1; }
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        while ((n = recv(c, b, sizeof b, 0)) > 0)
            if (send(c, b, n, MSG_NOSIGNAL) == -1) break;
        if (n == -1) perror("recv");
        close(c);
    }
}
