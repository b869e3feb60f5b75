// expect:
// allow: sigpipe-death
// play: a connect, a send un, a expect un, a reset, settle, b connect, b send deux, b expect deux, b close, settle, interrupt
// The child of a client that resets ends with an error; the server goes on.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    signal(SIGCHLD, SIG_IGN);
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    while (1) {
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        if (fork() == 0) {
            char b[256];
            ssize_t n;
            close(s);
            while ((n = recv(c, b, sizeof b, 0)) > 0)
                send(c, b, n, MSG_NOSIGNAL);
            if (n == -1) { perror("recv"); exit(2); }
            exit(0);
        }
        close(c);
    }
}
