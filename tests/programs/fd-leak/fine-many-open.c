// expect:
// play: a connect, b connect, c connect, d connect, e connect, f connect
// play: a send 1, a expect 1, f send 6, f expect 6, settle, a close, b close, c close, d close, e close, f close, settle, interrupt
// Six clients at once: all open, because all are there; each is closed when it leaves.
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct pollfd p[32];
    int n = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 20)) { perror("serveur"); return 1; }
    p[0] = (struct pollfd){ .fd = s, .events = POLLIN };
    while (poll(p, n, -1) > 0) {
        for (int i = n - 1; i > 0; i--) {
            char b[64];
            if (!p[i].revents) continue;
            ssize_t r = recv(p[i].fd, b, sizeof b, 0);
            if (r > 0) { send(p[i].fd, b, r, MSG_NOSIGNAL); continue; }
            close(p[i].fd);
            p[i] = p[--n];
        }
        if (p[0].revents && n < 32) {
            int c = accept(s, NULL, NULL);
            if (c >= 0) p[n++] = (struct pollfd){ .fd = c, .events = POLLIN };
        }
    }
    perror("poll");
    return 1;
}
