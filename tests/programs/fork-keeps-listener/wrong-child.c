// expect: fork-keeps-listener
// play: 2 times a connect, a send salut, a expect salut, a close, settle
// play: interrupt
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    signal(SIGCHLD, SIG_IGN);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); exit(1); }
    if (listen(l, 5) == -1) { perror("listen"); exit(1); }
    for (;;) {
        int c = accept(l, 0, 0);
        if (c == -1) { perror("accept"); exit(1); }
        if (fork() == 0) {
            char b[100];
            ssize_t n;
            while ((n = read(c, b, sizeof b)) > 0)
                write(c, b, n);
            close(c);
            exit(0);
        }
        close(c);
    }
}
