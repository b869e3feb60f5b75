// expect:
// play: a connect, a expect bonjour\n, a end, a close, settle, interrupt
// Ctrl-C interrupts accept, and the program ends in order: that is what the handler is for.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

static volatile sig_atomic_t stop;
static void demande(int s) { (void)s; stop = 1; }

int main(int argc, char **argv)
{
    struct sigaction sa = { .sa_handler = demande };
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    sigaction(SIGINT, &sa, NULL);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) < 0 || listen(l, 5) < 0) { perror("serveur"); return 1; }
    while (!stop) {
        int c = accept(l, NULL, NULL);
        if (c < 0) {
            if (errno == EINTR) break;
            perror("accept");
            return 1;
        }
        send(c, "bonjour\n", 8, MSG_NOSIGNAL);
        close(c);
    }
    puts("au revoir");
    close(l);
    return 0;
}
