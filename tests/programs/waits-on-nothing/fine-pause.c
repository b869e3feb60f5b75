// expect:
// play: a connect, a send un, a expect un, b connect, b send deux, b expect deux, a close, b close, settle, interrupt
// select and poll without a descriptor and with a timeout are pauses.
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    struct pollfd p[16];
    nfds_t n = 1;
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    p[0] = (struct pollfd){ .fd = l, .events = POLLIN };
    for (;;) {
        if (poll(p, n, -1) == -1) { perror("poll"); return 1; }
        for (nfds_t i = n - 1; i > 0; i--) {
            if (!p[i].revents) continue;
            char b[256];
            struct timeval t = { .tv_usec = 20000 };
            ssize_t r = recv(p[i].fd, b, sizeof b, 0);
            if (r == -1) perror("recv");
            select(0, NULL, NULL, NULL, &t);
            poll(NULL, 0, 20);
            if (r <= 0 || send(p[i].fd, b, r, MSG_NOSIGNAL) == -1) {
                close(p[i].fd);
                p[i] = p[--n];
            }
        }
        if (p[0].revents & POLLIN) {
            int c = accept(l, NULL, NULL);
            if (c == -1) { perror("accept"); continue; }
            if (n == 16) { close(c); continue; }
            p[n++] = (struct pollfd){ .fd = c, .events = POLLIN };
        }
    }
}
