// expect:
// play: 4 times a connect, a send salut, a expect salut, a shutdown, a end, a close, settle
// play: interrupt
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void faucheuse(int s) { while (waitpid(-1, NULL, WNOHANG) > 0); }

static void echo(int c)
{
    char b[100];
    ssize_t n;
    while ((n = read(c, b, sizeof b)) > 0)
        write(c, b, n);
}

int main(int argc, char **argv)
{
    struct sigaction sa = { .sa_handler = faucheuse, .sa_flags = SA_RESTART };
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    sigaction(SIGCHLD, &sa, 0);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); exit(1); }
    if (listen(l, 5) == -1) { perror("listen"); exit(1); }
    for (;;) {
        int c = accept(l, 0, 0);
        if (c == -1) { perror("accept"); exit(1); }
        if (fork() == 0) {
            close(l);
            echo(c);
            exit(0);
        }
        close(c);
    }
}
