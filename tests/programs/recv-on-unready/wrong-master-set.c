// expect: recv-on-unready
// play: a connect, a send un, a expect un, b connect, settle, b send deux
// play: 10 times settle
// play: a send trois, a expect trois, b expect deux, settle, interrupt
// FD_ISSET is asked of the set that was given, not of the one that select wrote: b speaks, and a is read.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0), clients[16], n = 0, max = l;
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
        if (select(max + 1, &ready, NULL, NULL, NULL) == -1) { perror("select"); return 1; }
        if (FD_ISSET(l, &ready)) {
            int c = accept(l, NULL, NULL);
            if (c == -1) { perror("accept"); continue; }
            if (n == 16) { close(c); continue; }
            FD_SET(c, &all);
            clients[n++] = c;
            if (c > max) max = c;
            continue;
        }
        for (int i = 0; i < n; i++) {
            if (!FD_ISSET(clients[i], &all)) continue;
            char b[512];
            ssize_t r = recv(clients[i], b, sizeof b, 0);
            if (r == -1) perror("recv");
            if (r <= 0 || send(clients[i], b, r, MSG_NOSIGNAL) == -1) {
                close(clients[i]);
                FD_CLR(clients[i], &all);
                n--;
                clients[i--] = clients[n];
            }
        }
    }
}
