// expect:
// play: 4 times a connect, a send salut, a expect salut, a close, settle
// play: interrupt
// Workers made beforehand share the listening socket: that is what they are for.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void travailler(int l)
{
    for (;;) {
        int c = accept(l, 0, 0);
        if (c == -1) { perror("accept"); exit(1); }
        char b[100];
        ssize_t n;
        while ((n = read(c, b, sizeof b)) > 0)
            write(c, b, n);
        close(c);
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); exit(1); }
    if (listen(l, 5) == -1) { perror("listen"); exit(1); }
    for (int i = 0; i < 3; i++) {
        pid_t p = fork();
        if (p == 0) travailler(l);
        if (p < 0) { perror("fork"); exit(1); }
    }
    while (wait(NULL) > 0)
        ;
    return 0;
}
