// expect: eintr-fatal
// allow: client-kills-server
// play: a connect, a expect bonjour\n, a end, settle, a close, exit
// args: 3001
// The handler reaps, but it interrupts accept, and that is taken for an error.
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void reap(int s) { (void)s; while (waitpid(-1, NULL, WNOHANG) > 0); }

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
        if (c < 0) { perror("accept"); exit(1); }
        if (fork() == 0) {
            char b[10];
            close(l);
            send(c, "bonjour\n", 8, MSG_NOSIGNAL);
            shutdown(c, SHUT_WR);
            read(c, b, sizeof b);
            _exit(0);
        }
        close(c);
    }
}
