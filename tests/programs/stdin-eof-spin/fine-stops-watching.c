// expect:
// play: listen, a accept, keys coucou\n, a expect coucou, eof, settle, a send salut, settle, a close
// The keyboard is closed: only the socket is watched afterwards.
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char b[200];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    struct pollfd p[2] = { { .fd = 0, .events = POLLIN }, { .fd = s, .events = POLLIN } };
    while (poll(p, 2, -1) > 0) {
        if (p[0].revents) {
            ssize_t n = read(0, b, sizeof b);
            if (n > 0) send(s, b, n, MSG_NOSIGNAL);
            else p[0].fd = -1;
        }
        if (p[1].revents) {
            ssize_t n = recv(s, b, sizeof b, 0);
            if (n <= 0) break;
            write(1, b, n);
        }
    }
    close(s);
    return 0;
}
