// expect:
// allow: iterative-only
// play: a connect, a send un, a expect un, settle, b connect, settle, b send deux, b expect deux, settle, c connect
// play: 150 times settle
// play: a close, c send trois, c expect trois, b send quatre, b expect quatre, b close, c close, settle, interrupt
// Two clients at a time: while it is full, the door is not watched, on purpose; c waits until a has left.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0), client[2], n = 0;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    for (;;) {
        fd_set r;
        FD_ZERO(&r);
        if (n < 2) FD_SET(l, &r);
        for (int i = 0; i < n; i++)
            FD_SET(client[i], &r);
        if (select(FD_SETSIZE, &r, NULL, NULL, NULL) == -1) { perror("select"); return 1; }
        for (int i = n - 1; i >= 0; i--) {
            if (!FD_ISSET(client[i], &r)) continue;
            char b[512];
            ssize_t got = recv(client[i], b, sizeof b, 0);
            if (got == -1) perror("recv");
            if (got <= 0 || send(client[i], b, got, MSG_NOSIGNAL) == -1) {
                close(client[i]);
                client[i] = client[--n];
            }
        }
        if (FD_ISSET(l, &r)) {
            int c = accept(l, NULL, NULL);
            if (c == -1) { perror("accept"); continue; }
            if (n == 2 || c >= FD_SETSIZE) { close(c); continue; }
            client[n++] = c;
        }
    }
}
