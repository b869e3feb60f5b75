// expect:
// args: 3001
// play: exit
// A queue that is full answers nobody: the second connection waits 300 ms, and is given up.
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 0) == -1) { perror("listen"); return 1; }
    int first = socket(AF_INET, SOCK_STREAM, 0), s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (first == -1 || s == -1) { perror("socket"); return 1; }
    if (connect(first, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) {
        if (errno != EINPROGRESS) { perror("connect"); return 1; }
        struct pollfd p = { .fd = s, .events = POLLOUT };
        if (poll(&p, 1, 300) == 0) {
            fputs("pas de réponse\n", stderr);
            close(s);
            close(first);
            close(l);
            return 1;
        }
    }
    close(s);
    close(first);
    close(l);
    return 0;
}
