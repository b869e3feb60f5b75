// expect:
// allow: connection-refused
// args: 127.0.0.1 3001
// play: exit
// It waits, SO_ERROR says ECONNREFUSED, and it leaves with a failure: nobody serves there.
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
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
        if (error != 0) {
            fprintf(stderr, "connect: %s\n", strerror(error));
            close(s);
            return 1;
        }
    }
    if (send(s, "bonjour", 7, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    close(s);
    return 0;
}
