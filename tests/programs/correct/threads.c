// expect:
// play: a connect, a send alice\n, a expect alice, b connect, b send bob\n, b expect bob, a close, b reset, settle, interrupt
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int present;

static void count(int by)
{
    pthread_mutex_lock(&lock);
    present += by;
    pthread_mutex_unlock(&lock);
}

static void *serve(void *p)
{
    int fd = (int)(intptr_t)p;
    char b[1000];
    ssize_t n;
    count(1);
    while ((n = recv(fd, b, sizeof b, 0)) > 0)
        for (ssize_t k, done = 0; done < n; done += k)
            if ((k = send(fd, b + done, n - done, MSG_NOSIGNAL)) == -1) goto out;
out:
    count(-1);
    close(fd);
    return NULL;
}

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    for (;;) {
        pthread_t t;
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        if (pthread_create(&t, NULL, serve, (void *)(intptr_t)c) != 0) { close(c); continue; }
        pthread_detach(t);
    }
}
