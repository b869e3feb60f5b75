// expect:
// play: a connect, a send \0\0\0\x05bon, settle, a send jo, a expect \0\0\0\x05bonjo, a close
// Binary framing: four bytes of length, then the message; reads exactly.
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int exactly(int fd, void *p, size_t n)
{
    char *c = p;
    while (n > 0) {
        ssize_t k = recv(fd, c, n, 0);
        if (k <= 0) return 0;
        c += k;
        n -= k;
    }
    return 1;
}

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 16) == -1) { perror("serveur"); return 1; }
    int c = accept(l, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    uint32_t len;
    char m[1024];
    while (exactly(c, &len, sizeof len) && ntohl(len) <= sizeof m && exactly(c, m, ntohl(len))) {
        send(c, &len, sizeof len, MSG_NOSIGNAL);
        send(c, m, ntohl(len), MSG_NOSIGNAL);
    }
    close(c);
    close(l);
    return 0;
}
