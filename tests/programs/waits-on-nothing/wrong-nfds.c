// expect: waits-on-nothing
// play: a connect, settle, interrupt
// The first argument is the descriptor itself, not one more: the client stays in the queue.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    fd_set r;
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    for (;;) {
        FD_ZERO(&r);
        FD_SET(l, &r);
        if (select(l, &r, NULL, NULL, NULL) == -1) { perror("select"); return 1; }
        if (!FD_ISSET(l, &r)) continue;
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        if (send(c, "bonjour\n", 8, MSG_NOSIGNAL) == -1) perror("send");
        close(c);
    }
}
