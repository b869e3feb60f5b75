// expect:
// play: 4 times a connect, a expect bonjour\n, a end, a close, settle
// play: interrupt
// The dead are gathered at the next client: one is left at most.
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) < 0 || listen(l, 5) < 0) { perror("serveur"); return 1; }
    while (1) {
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
        pid_t p = fork();
        if (p == 0) {
            close(l);
            if (send(c, "bonjour\n", 8, 0) == -1) perror("send");
            close(c);
            exit(0);
        }
        if (p < 0) perror("fork");
        close(c);
    }
}
