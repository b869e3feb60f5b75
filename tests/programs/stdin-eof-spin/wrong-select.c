// expect: stdin-eof-spin
// allow: busy-loop
// play: listen, a accept, keys coucou\n, a expect coucou, eof, spin, interrupt
// select says that the keyboard is readable for ever: it is closed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char b[200];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    while (1) {
        fd_set r;
        FD_ZERO(&r);
        FD_SET(0, &r);
        FD_SET(s, &r);
        if (select(s + 1, &r, NULL, NULL, NULL) == -1) { perror("select"); return 1; }
        if (FD_ISSET(0, &r)) {
            ssize_t n = read(0, b, sizeof b);
            if (n > 0) send(s, b, n, MSG_NOSIGNAL);
        }
        if (FD_ISSET(s, &r)) {
            ssize_t n = recv(s, b, sizeof b, 0);
            if (n <= 0) break;
            write(1, b, n);
        }
    }
    close(s);
    return 0;
}
