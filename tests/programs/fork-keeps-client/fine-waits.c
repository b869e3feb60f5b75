// expect:
// allow: iterative-only
// play: 3 times a connect, a send salut, a expect salut, a shutdown, a end, a close, settle
// play: interrupt
// The parent waits for each child, then closes: the client sees the end a moment later.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); exit(1); }
    if (listen(l, 5) == -1) { perror("listen"); exit(1); }
    for (;;) {
        int c = accept(l, 0, 0);
        if (c == -1) { perror("accept"); exit(1); }
        pid_t fils = fork();
        if (fils == 0) {
            char b[100];
            ssize_t n;
            close(l);
            while ((n = read(c, b, sizeof b)) > 0)
                write(c, b, n);
            close(c);
            exit(0);
        }
        if (fils > 0) waitpid(fils, NULL, 0);
        close(c);
    }
}
