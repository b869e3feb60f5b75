// expect:
// allow: iterative-only
// play: a connect, a send Zo\xc3\xa9\0\0\0\0\0\0\0\0\0\0\0\0, a expect Zo\xc3\xa9, a send \xe9t\xe9\0\0\0\0\0\0\0\0\0\0\0\0\0, a expect \xe9t\xe9, a shutdown, a end, a close, settle, interrupt
// args: 3001
// Names in fields of sixteen bytes, filled up with zeros (one in Latin-1): the name comes back without them.
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
        char b[1024];
        ssize_t n;
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        while ((n = recv(c, b, 16, MSG_WAITALL)) == 16) {
            b[n] = '\0';
            if (send(c, b, strlen(b), MSG_NOSIGNAL) == -1) { perror("send"); break; }
        }
        if (n == -1) perror("recv");
        close(c);
    }
}
