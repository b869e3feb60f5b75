// expect:
// play: a connect, a expect bonjour\n, a end, a close, settle, interrupt
// Only one client came, and the server waits for the next.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

static volatile sig_atomic_t fini;
static void arreter(int s) { (void)s; fini = 1; }

int main(int argc, char **argv)
{
    struct sigaction sa = { .sa_handler = arreter };
    sigaction(SIGINT, &sa, NULL);
    int on = 1;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 1) == -1) { perror("serveur"); return 1; }
    while (!fini) {
        int c = accept(l, NULL, NULL);
        if (c == -1) continue;
        if (send(c, "bonjour\n", 8, MSG_NOSIGNAL) == -1) perror("send");
        close(c);
    }
    close(l);
    return 0;
}
