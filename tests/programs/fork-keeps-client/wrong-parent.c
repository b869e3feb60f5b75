// expect: fork-keeps-client
// allow: fd-leak
// play: 3 times a connect, a expect bonjour\n, settle
// play: interrupt
// The child closes its copy; the parent keeps its own: the client never sees the end.
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    signal(SIGCHLD, SIG_IGN);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) < 0 || listen(l, 5) < 0) { perror("serveur"); return 1; }
    while (1) {
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        pid_t p = fork();
        if (p == 0) {
            close(l);
            if (send(c, "bonjour\n", 8, MSG_NOSIGNAL) == -1) perror("send");
            close(c);
            exit(0);
        }
        if (p < 0) perror("fork");
    }
}
