// expect: zombie
// play: 5 times a connect, a expect bonjour\n, a end, a close, settle
// play: interrupt
// A handler for SIGCHLD that waits for nobody.
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t morts;
static void fils_mort(int sig) { (void)sig; morts++; }

int main(void)
{
    struct sigaction sa = { .sa_handler = fils_mort };
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    sigaction(SIGCHLD, &sa, NULL);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) < 0 || listen(l, 5) < 0) { perror("serveur"); return 1; }
    for (;;) {
        int c = accept(l, NULL, NULL);
        if (c < 0) {
            if (errno == EINTR) continue;
            perror("accept");
            return 1;
        }
        switch (fork()) {
        case -1: perror("fork"); break;
        case 0:
            close(l);
            send(c, "bonjour\n", 8, MSG_NOSIGNAL);
            close(c);
            _exit(0);
        }
        close(c);
    }
}
