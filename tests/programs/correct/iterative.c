// expect:
// play: 3 times a connect, a send bonjour\n, a expect bonjour\n, a close
// play: settle, interrupt
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t over;
static void on_int(int s) { (void)s; over = 1; }

static int send_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
        if (k == -1 && errno == EINTR) continue;
        if (k == -1) return -1;
        p += k;
        n -= k;
    }
    return 0;
}

static void serve(int fd)
{
    char buf[4096];
    for (;;) {
        ssize_t n = recv(fd, buf, sizeof buf, 0);
        if (n == -1 && errno == EINTR && !over) continue;
        if (n <= 0) return;
        if (send_all(fd, buf, n) == -1) return;
    }
}

int main(int argc, char **argv)
{
    struct sigaction sa = { .sa_handler = on_int };
    sigaction(SIGINT, &sa, NULL);
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_ANY) };
    if (l == -1) { perror("socket"); return 1; }
    if (setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1) { perror("setsockopt"); return 1; }
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, SOMAXCONN) == -1) { perror("listen"); return 1; }
    while (!over) {
        struct sockaddr_in peer;
        socklen_t len = sizeof peer;
        int c = accept(l, (struct sockaddr *)&peer, &len);
        if (c == -1) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            perror("accept");
            break;
        }
        serve(c);
        close(c);
    }
    close(l);
    return 0;
}
