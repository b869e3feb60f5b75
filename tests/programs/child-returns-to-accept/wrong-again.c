// expect: child-returns-to-accept
// play: a connect, a expect salut, a end, a close, settle, interrupt
// accept fails in the child again and again; it gives up after fifty.
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void serve(int c)
{
    if (send(c, "salut", 5, MSG_NOSIGNAL) == -1) perror("send");
    close(c);
}

int main(int argc, char **argv)
{
    int on = 1, failures = 0, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    if (l == -1) { perror("socket"); return 1; }
    signal(SIGCHLD, SIG_IGN);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    while (failures < 50) {
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); failures++; continue; }
        switch (fork()) {
        case -1: perror("fork"); close(c); break;
        case 0: close(l); serve(c); break;
        default: close(c);
        }
    }
    return 1;
}
