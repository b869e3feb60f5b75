// expect:
// play: a connect, a send x\n, a expect x\n, a close, b connect, b send x\n, b expect x\n, b close
// play: c connect, c send x\n, c expect x\n, c close, d connect, d send x\n, d expect x\n, d close
// play: 20 times settle
// play: interrupt
// A thread closes its client a while after it has left: others came meanwhile, and nothing is lost.
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void *serve(void *argument)
{
    int c = (int)(long)argument;
    char b[100];
    ssize_t n;

    while ((n = recv(c, b, sizeof b, 0)) > 0)
        if (send(c, b, n, MSG_NOSIGNAL) == -1)
            break;
    usleep(400000);
    close(c);
    return NULL;
}

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[argc - 1])) };

    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 16) == -1) { perror("serveur"); return 1; }
    for (;;) {
        pthread_t t;
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        if (pthread_create(&t, NULL, serve, (void *)(long)c) != 0) {
            close(c);
            continue;
        }
        pthread_detach(t);
    }
}
