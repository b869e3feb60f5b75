// expect:
// play: 6 times a connect, a send salut, a expect salut, a close, settle
// play: interrupt
// Workers made before any client share the listening socket: each accepts again after each client.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void work(int l)
{
    for (;;) {
        char b[512];
        ssize_t n;
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); exit(1); }
        while ((n = recv(c, b, sizeof b, 0)) > 0)
            if (send(c, b, n, MSG_NOSIGNAL) == -1) break;
        if (n == -1) perror("recv");
        close(c);
    }
}

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    for (int i = 0; i < 2; i++) {
        pid_t p = fork();
        if (p == -1) { perror("fork"); return 1; }
        if (p == 0) work(l);
    }
    while (wait(NULL) > 0)
        ;
    return 0;
}
