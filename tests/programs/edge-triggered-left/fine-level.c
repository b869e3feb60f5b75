// expect:
// play: a connect, a send \*48{x}, a expect \*48{x}, a send fin, a expect fin, a close, settle, interrupt
// One small recv for each announcement, without EPOLLET: what stays is announced again.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0), ep = epoll_create1(0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    struct epoll_event ev = { .events = EPOLLIN, .data.fd = l }, got[16];
    if (l == -1 || ep == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    if (epoll_ctl(ep, EPOLL_CTL_ADD, l, &ev) == -1) { perror("epoll_ctl"); return 1; }
    for (;;) {
        int n = epoll_wait(ep, got, 16, -1);
        if (n == -1) { perror("epoll_wait"); return 1; }
        for (int i = 0; i < n; i++) {
            int fd = got[i].data.fd;
            if (fd == l) {
                int c = accept(l, NULL, NULL);
                if (c == -1) { perror("accept"); continue; }
                ev.data.fd = c;
                if (epoll_ctl(ep, EPOLL_CTL_ADD, c, &ev) == -1) { perror("epoll_ctl"); close(c); }
                continue;
            }
            char b[16];
            ssize_t r = recv(fd, b, sizeof b, 0);
            if (r == -1) perror("recv");
            if (r <= 0 || send(fd, b, r, MSG_NOSIGNAL) == -1) close(fd);
        }
    }
}
