// expect: recv-error-ignored
// allow: recv-zero-ignored single-client
// play: a connect, a send abc, a expect abc, a reset, exit
// The peer reset: recv gives -1, which goes to send as a length.
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1, n;
    char b[100];
    signal(SIGPIPE, SIG_IGN);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 5) == -1) { perror("serveur"); exit(1); }
    int c = accept(l, 0, 0);
    if (c == -1) { perror("accept"); exit(1); }
    do {
        n = recv(c, b, sizeof b, 0);
        send(c, b, n, 0);
    } while (n > 0);
    close(c);
    close(l);
    return 0;
}
