// expect:
// allow: iterative-only
// play: a connect, a send \0\x14, settle, a send vingt octets, settle, a send \sen tout, a expect 20 octets, a send \0\x03fin, a expect 3 octets, a shutdown, a end, a close, settle, interrupt
// The same two pieces: the second recv asks for the eight bytes that are missing.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>

static char message[65536];

static int exactly(int fd, void *p, size_t n)
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

static void serve(int c)
{
    uint16_t length;
    while (exactly(c, &length, sizeof length)) {
        ssize_t n = ntohs(length);
        if (!exactly(c, message, n)) return;
        char answer[32];
        int k = snprintf(answer, sizeof answer, "%zd octets\n", n);
        if (send(c, answer, k, MSG_NOSIGNAL) == -1) { perror("send"); return; }
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        serve(c);
        close(c);
    }
}
