// expect:
// allow: iterative-only single-client
// play: a connect, a expect tic\n, a send un, settle, a expect tic\n, b connect, settle, a close, b expect tic\n, b send deux, settle, b close, exit
// Two threads for each connection, on purpose: one reads, the other writes. The second client waits for the first's end.
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_int parti;

static void *ecrire(void *p)
{
    int fd = *(int *)p;
    while (!parti && send(fd, "tic\n", 4, MSG_NOSIGNAL) != -1)
        usleep(100000);
    return NULL;
}

static void *lire(void *p)
{
    int fd = *(int *)p;
    char b[256];
    while (recv(fd, b, sizeof b, 0) > 0)
        continue;
    parti = 1;
    return NULL;
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 16) == -1) { perror("serveur"); return 1; }
    for (int i = 0; i < 2; i++) {
        pthread_t un, deux;
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        parti = 0;
        if (pthread_create(&un, NULL, lire, &c) != 0 || pthread_create(&deux, NULL, ecrire, &c) != 0) {
            fprintf(stderr, "pthread_create\n");
            return 1;
        }
        pthread_join(un, NULL);
        pthread_join(deux, NULL);
        close(c);
    }
    close(l);
    return 0;
}
