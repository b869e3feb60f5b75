// expect: fork-keeps-client
// play: 2 times a connect, a send cuire un gateau\n, a expect au four\n, a end, a close
// play: settle, interrupt
// The program that the child becomes inherits the connection: the client waits for the end as long as it runs.
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    char b[100];
    signal(SIGCHLD, SIG_IGN);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) < 0 || listen(l, 5) < 0) { perror("serveur"); return 1; }
    for (;;) {
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        if (recv(c, b, sizeof b, 0) > 0) {
            pid_t p = fork();
            if (p == 0) {
                close(l);
                execl("/bin/sleep", "sleep", "2", NULL);
                perror("exec");
                _exit(127);
            }
            if (p < 0) perror("fork");
            send(c, "au four\n", 8, MSG_NOSIGNAL);
        }
        close(c);
    }
}
