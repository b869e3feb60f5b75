// expect:
// play: a connect, a expect ok, a end, a close, settle, interrupt
// The handler of SIGINT shuts the listening socket: accept then gives EINVAL, and the program ends as it wants to.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

static int ecoute;
static void arreter(int s) { (void)s; shutdown(ecoute, SHUT_RD); }

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    signal(SIGINT, arreter);
    ecoute = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(ecoute, (struct sockaddr *)&a, sizeof a) == -1 || listen(ecoute, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        int c = accept(ecoute, NULL, NULL);
        if (c == -1 && errno == EINVAL) break;
        if (c == -1) { perror("accept"); return 1; }
        write(c, "ok", 2);
        close(c);
    }
    close(ecoute);
    return 0;
}
