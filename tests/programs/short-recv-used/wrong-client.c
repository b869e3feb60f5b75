// expect: short-recv-used
// play: listen, a accept, a expect liste\n, a send \0\0\0\x14, settle, a send vingt octets, settle, a send \sen tout, settle, a close, exit
// Four bytes of length, looped over; the message itself is one recv, and what is left of it no length.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>

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

int main(int argc, char **argv)
{
    static char message[1024];
    uint32_t length;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (send(s, "liste\n", 6, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    while (exactly(s, &length, sizeof length)) {
        length = ntohl(length);
        if (length > sizeof message) { fprintf(stderr, "message trop long : %u\n", (unsigned)length); return 1; }
        ssize_t n = recv(s, message, length, 0);
        if (n == -1) perror("recv");
        if (n <= 0) break;
        printf("%.*s\n", (int)n, message);
        fflush(stdout);
    }
    close(s);
    return 0;
}
