// expect:
// play: a connect, a send abc, a expect abc, a reset, settle, b connect, b send d, b expect d, b close, settle, interrupt
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 5) == -1) { perror("serveur"); exit(1); }
    for (;;) {
        int c = accept(l, 0, 0);
        if (c == -1) { perror("accept"); exit(1); }
        char b[100];
        ssize_t n;
        while ((n = recv(c, b, sizeof b, 0)) > 0)
            send(c, b, n, MSG_NOSIGNAL);
        if (n == -1)
            perror("recv");
        close(c);
    }
}
