// expect: thread-shares-fd
// play: a connect, b connect, b expect bonjour\n, b expect bonjour\n, b send un, b expect un, settle, interrupt
// The address of the loop's variable goes to every thread, and each reads it a little later.
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void *servir(void *p)
{
    char b[256];
    ssize_t n;
    usleep(500000);
    int fd = *(int *)p;
    if (send(fd, "bonjour\n", 8, MSG_NOSIGNAL) == -1) perror("send");
    while ((n = recv(fd, b, sizeof b, 0)) > 0)
        if (send(fd, b, n, MSG_NOSIGNAL) == -1) break;
    if (n == -1) perror("recv");
    close(fd);
    return NULL;
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, c, l = socket(AF_INET, SOCK_STREAM, 0);
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 16) == -1) { perror("serveur"); return 1; }
    for (;;) {
        pthread_t t;
        c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        if (pthread_create(&t, NULL, servir, &c) != 0) { fprintf(stderr, "pthread_create\n"); close(c); continue; }
        pthread_detach(t);
    }
}
