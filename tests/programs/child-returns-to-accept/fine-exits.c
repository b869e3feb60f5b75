// expect:
// play: 3 times a connect, a send salut, a expect salut, a close, settle
// play: interrupt
// The child is served, closed, ended.
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    if (l == -1) { perror("socket"); return 1; }
    signal(SIGCHLD, SIG_IGN);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    for (;;) {
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        pid_t p = fork();
        if (p == -1) perror("fork");
        if (p == 0) {
            char b[512];
            ssize_t n;
            close(l);
            while ((n = recv(c, b, sizeof b, 0)) > 0)
                if (send(c, b, n, MSG_NOSIGNAL) == -1) break;
            if (n == -1) perror("recv");
            close(c);
            exit(0);
        }
        close(c);
    }
}
