// expect:
// play: listen, a accept, a expect ?, settle, a send oui, a close
// The keyboard's row is switched off by -1: the kernel skips it, and the socket's is looked at.
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (send(s, "?", 1, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    struct pollfd p[2] = { { .fd = -1, .events = POLLIN }, { .fd = s, .events = POLLIN } };
    for (;;) {
        char b[100];
        if (poll(p, 2, -1) == -1) { perror("poll"); return 1; }
        ssize_t n = recv(s, b, sizeof b, 0);
        if (n == -1) { perror("recv"); return 1; }
        if (n == 0) break;
        printf("%.*s\n", (int)n, b);
    }
    close(s);
    return 0;
}
