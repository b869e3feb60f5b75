// expect:
// play: listen, a accept, a expect bonjour, a send salut, a close
// EINPROGRESS, then POLLOUT, then SO_ERROR.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char b[100];
    int error = 0;
    socklen_t length = sizeof error;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) {
        if (errno != EINPROGRESS) { perror("connect"); return 1; }
        struct pollfd p = { .fd = s, .events = POLLOUT };
        if (poll(&p, 1, -1) == -1) { perror("poll"); return 1; }
        if (getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &length) == -1) { perror("getsockopt"); return 1; }
        if (error != 0) { fprintf(stderr, "connect: %s\n", strerror(error)); return 1; }
    }
    if (fcntl(s, F_SETFL, 0) == -1) { perror("fcntl"); return 1; }
    if (send(s, "bonjour", 7, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    ssize_t n = recv(s, b, sizeof b, 0);
    if (n == -1) { perror("recv"); return 1; }
    printf("%.*s\n", (int)n, b);
    close(s);
    return 0;
}
