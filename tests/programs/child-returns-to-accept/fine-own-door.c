// expect:
// allow: single-client
// play: a connect, a expect 3002, b connect 3002, b expect donnees, b end, a expect fini, a end, settle, interrupt
// As in FTP: the child opens a door of its own for the data of its client, and accepts there.
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int opened(int port)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
    if (l == -1) { perror("socket"); exit(1); }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); exit(1); }
    if (listen(l, 16) == -1) { perror("listen"); exit(1); }
    return l;
}

static void serve(int c)
{
    int door = opened(3002);
    if (send(c, "3002\n", 5, MSG_NOSIGNAL) == -1) { perror("send"); exit(1); }
    int data = accept(door, NULL, NULL);
    if (data == -1) { perror("accept"); exit(1); }
    close(door);
    if (send(data, "donnees\n", 8, MSG_NOSIGNAL) == -1) perror("send");
    close(data);
    if (send(c, "fini\n", 5, MSG_NOSIGNAL) == -1) perror("send");
    close(c);
    exit(0);
}

int main(int argc, char **argv)
{
    int l = opened(atoi(argv[1]));
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        pid_t p = fork();
        if (p == -1) perror("fork");
        if (p == 0) {
            close(l);
            serve(c);
        }
        close(c);
    }
}
