// expect: client-kills-server
// play: a connect, b connect, a send un, a expect un, a close, b send deux, b expect deux, b reset, exit
// args: 3001
// One broken connection, and the whole server leaves.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

static void erreur(const char *m) { perror(m); exit(EXIT_FAILURE); }

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) erreur("socket");
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) erreur("bind");
    if (listen(s, 5) == -1) erreur("listen");
    while (1) {
        char b[256];
        int c = accept(s, NULL, NULL);
        if (c == -1) erreur("accept");
        while (1) {
            ssize_t n = recv(c, b, sizeof b, 0);
            if (n == -1) erreur("recv");
            if (n == 0) break;
            if (send(c, b, n, MSG_NOSIGNAL) == -1) erreur("send");
        }
        close(c);
    }
}
