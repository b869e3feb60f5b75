// expect:
// allow: iterative-only
// play: a connect, a send un\n, a expect un\n, a close, b connect, b send quit\n, b end, exit
// args: 3001
// « quit » ends the server, with a code that says why: that is its protocol.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        char b[256];
        ssize_t n;
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        while ((n = recv(c, b, sizeof b, 0)) > 0) {
            if (n >= 4 && memcmp(b, "quit", 4) == 0) { fprintf(stderr, "un client demande l'arrêt\n"); exit(3); }
            if (send(c, b, n, MSG_NOSIGNAL) == -1) break;
        }
        if (n == -1) perror("recv");
        close(c);
    }
}
