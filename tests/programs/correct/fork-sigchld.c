// expect:
// play: a connect, a send un, a expect un, b connect, b send deux, b expect deux, a close, b reset, settle, c connect, c send x, c shutdown, c expect x, c end, c close, settle, interrupt
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void reap(int s)
{
    int saved = errno;
    (void)s;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
    errno = saved;
}

int main(int argc, char **argv)
{
    struct sigaction sa = { .sa_handler = reap };
    sigemptyset(&sa.sa_mask);
    if (sigaction(SIGCHLD, &sa, NULL) == -1) { perror("sigaction"); return 1; }
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    for (;;) {
        int c = accept(l, NULL, NULL);
        if (c == -1) {
            if (errno == EINTR) continue;
            perror("accept");
            return 1;
        }
        pid_t p = fork();
        if (p == -1) perror("fork");
        if (p == 0) {
            char b[512];
            ssize_t n;
            close(l);
            while ((n = recv(c, b, sizeof b, 0)) > 0)
                if (send(c, b, n, MSG_NOSIGNAL) == -1) break;
            close(c);
            _exit(0);
        }
        close(c);
    }
}
