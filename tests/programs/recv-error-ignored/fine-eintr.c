// expect:
// faults: recv:EINTR
// play: a connect, a send abc, a expect abc, a close
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 5) == -1) { perror("serveur"); exit(1); }
    int c = accept(l, 0, 0);
    if (c == -1) { perror("accept"); exit(1); }
    char b[100];
    for (;;) {
        ssize_t n = recv(c, b, sizeof b, 0);
        if (n == -1 && errno == EINTR) continue;
        if (n == -1) perror("recv");
        if (n <= 0) break;
        send(c, b, n, MSG_NOSIGNAL);
    }
    close(c);
    close(l);
    return 0;
}
