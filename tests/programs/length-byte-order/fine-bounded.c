// expect:
// allow: iterative-only
// play: a connect, a send \0\0\0\x14, settle, a send vingt octets en tout, a expect vingt octets en tout, a shutdown, a end, a close, settle, interrupt
// args: 3001
// Copied in pieces of a buffer, whatever the length.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

static int exactement(int fd, void *p, size_t n)
{
    char *c = p;
    while (n > 0) {
        ssize_t k = recv(fd, c, n, 0);
        if (k == -1) perror("recv");
        if (k <= 0) return 0;
        c += k;
        n -= k;
    }
    return 1;
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        uint32_t longueur;
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        while (exactement(c, &longueur, sizeof longueur)) {
            char morceau[16];
            ssize_t n = 1;
            for (uint32_t reste = ntohl(longueur); reste > 0 && n > 0; reste -= n) {
                n = recv(c, morceau, reste < sizeof morceau ? reste : sizeof morceau, 0);
                if (n == -1) perror("recv");
                if (n > 0 && send(c, morceau, n, MSG_NOSIGNAL) == -1) { perror("send"); n = -1; }
            }
            if (n <= 0) break;
        }
        close(c);
    }
}
