// expect:
// play: a connect, b connect, c connect, a send un\n, a expect un\n, c send trois\n, c expect trois\n, settle
// play: b send deux\n, b expect deux\n, a close, c close, settle, b close, settle, interrupt
// Three clients at once in a select: each is closed when it leaves.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/select.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1, plus_grand = s;
    fd_set surveilles, prets;
    char b[256];
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 8)) { perror("serveur"); return 1; }
    FD_ZERO(&surveilles);
    FD_SET(s, &surveilles);
    for (;;) {
        prets = surveilles;
        if (select(plus_grand + 1, &prets, NULL, NULL, NULL) < 0) { perror("select"); return 1; }
        for (int fd = 0; fd <= plus_grand; fd++) {
            if (!FD_ISSET(fd, &prets)) continue;
            if (fd == s) {
                int c = accept(s, NULL, NULL);
                if (c < 0 || c >= FD_SETSIZE) { perror("accept"); return 1; }
                FD_SET(c, &surveilles);
                if (c > plus_grand) plus_grand = c;
                break;
            }
            ssize_t n = recv(fd, b, sizeof b, 0);
            if (n > 0) {
                send(fd, b, n, MSG_NOSIGNAL);
            } else {
                close(fd);
                FD_CLR(fd, &surveilles);
            }
        }
    }
}
