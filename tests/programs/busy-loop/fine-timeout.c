// expect:
// play: a connect, a send un, a expect un, settle, a send deux, a expect deux, a close, settle, interrupt
// Looks up twenty times a second: it sleeps in between.
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    struct pollfd p[20];
    long tours = 0;
    int n = 1, s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    p[0].fd = s;
    p[0].events = POLLIN;
    for (;;) {
        tours++;
        if (poll(p, n, 100) <= 0)
            continue;
        for (int i = n - 1; i > 0; i--) {
            char b[64];
            if (!(p[i].revents & (POLLIN | POLLHUP))) continue;
            ssize_t r = read(p[i].fd, b, sizeof b);
            if (r > 0) write(p[i].fd, b, r);
            else { close(p[i].fd); p[i] = p[--n]; }
        }
        if (p[0].revents & POLLIN && n < 20) {
            p[n].fd = accept(s, NULL, NULL);
            p[n].events = POLLIN;
            p[n].revents = 0;
            if (p[n].fd >= 0) n++;
        }
    }
}
