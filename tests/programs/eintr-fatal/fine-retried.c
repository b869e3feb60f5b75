// expect:
// play: 2 times a connect, a expect bonjour\n, a end, a close, settle
// play: interrupt
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void reap(int s) { int e = errno; while (waitpid(-1, NULL, WNOHANG) > 0); errno = e; }

int main(int argc, char **argv)
{
    struct sigaction sa = { .sa_handler = reap };
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    sigaction(SIGCHLD, &sa, NULL);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) < 0 || listen(l, 5) < 0) { perror("serveur"); return 1; }
    for (;;) {
        int c = accept(l, NULL, NULL);
        if (c < 0 && errno == EINTR) continue;
        if (c < 0) { perror("accept"); exit(1); }
        if (fork() == 0) {
            close(l);
            send(c, "bonjour\n", 8, MSG_NOSIGNAL);
            _exit(0);
        }
        close(c);
    }
}
