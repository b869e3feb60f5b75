// expect:
// play: a connect, a send \*48{x}, a expect \*48{x}, a send fin, a expect fin, said rien, a close, settle, interrupt
// EPOLLET with EPOLLONESHOT: each recv is followed by EPOLL_CTL_MOD, which announces again what stayed.
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
        int n = epoll_wait(ep, got, 16, 5000);
        if (n == -1) { perror("epoll_wait"); return 1; }
        if (n == 0) fputs("rien depuis 5 s\n", stderr);
        for (int i = 0; i < n; i++) {
            int fd = got[i].data.fd;
            ev.events = EPOLLIN | EPOLLET | EPOLLONESHOT;
            if (fd == l) {
                ev.data.fd = accept(l, NULL, NULL);
                if (ev.data.fd == -1) { perror("accept"); continue; }
                if (epoll_ctl(ep, EPOLL_CTL_ADD, ev.data.fd, &ev) == -1) { perror("epoll_ctl"); close(ev.data.fd); }
                continue;
            }
            char b[16];
            ssize_t r = recv(fd, b, sizeof b, 0);
            if (r == -1) perror("recv");
            if (r <= 0 || send(fd, b, r, MSG_NOSIGNAL) == -1) { close(fd); continue; }
            ev.data.fd = fd;
            if (epoll_ctl(ep, EPOLL_CTL_MOD, fd, &ev) == -1) { perror("epoll_ctl"); close(fd); }
        }
    }
}
