// expect:
// play: a connect, b connect, a send \*3000{x}, a expect \*3000{x}, b send deux, b expect deux, b reset, a send fin, a expect fin, a close, settle, interrupt
// Edge-triggered: reads until EAGAIN.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void drain(int fd)
{
    char b[1024];
    for (;;) {
        ssize_t r = read(fd, b, sizeof b);
        if (r == -1 && errno == EAGAIN) return;
        if (r == -1 && errno == EINTR) continue;
        if (r <= 0) { close(fd); return; }
        for (ssize_t done = 0; done < r;) {
            ssize_t w = send(fd, b + done, r - done, MSG_NOSIGNAL);
            if (w == -1) { close(fd); return; }
            done += w;
        }
    }
}

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), ep = epoll_create1(0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    struct epoll_event ev = { .events = EPOLLIN | EPOLLET, .data.fd = l }, got[16];
    if (l == -1 || ep == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    if (epoll_ctl(ep, EPOLL_CTL_ADD, l, &ev) == -1) { perror("epoll_ctl"); return 1; }
    for (;;) {
        int n = epoll_wait(ep, got, 16, -1);
        if (n == -1) { if (errno == EINTR) continue; perror("epoll_wait"); return 1; }
        for (int i = 0; i < n; i++) {
            if (got[i].data.fd != l) { drain(got[i].data.fd); continue; }
            int c;
            while ((c = accept(l, NULL, NULL)) != -1) {
                fcntl(c, F_SETFL, fcntl(c, F_GETFL) | O_NONBLOCK);
                ev.events = EPOLLIN | EPOLLET;
                ev.data.fd = c;
                epoll_ctl(ep, EPOLL_CTL_ADD, c, &ev);
            }
        }
    }
}
