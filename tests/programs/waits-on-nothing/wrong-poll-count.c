// expect: waits-on-nothing
// play: a connect
// play: 10 times settle
// play: interrupt
// The array is filled, its length never counted.
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    struct pollfd p[16];
    nfds_t n = 0;
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    p[0].fd = l;
    p[0].events = POLLIN;
    for (;;) {
        if (poll(p, n, -1) == -1) { perror("poll"); return 1; }
        if (!(p[0].revents & POLLIN)) continue;
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        if (send(c, "bonjour\n", 8, MSG_NOSIGNAL) == -1) perror("send");
        close(c);
    }
}
