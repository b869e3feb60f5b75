// expect:
// play: a connect, a send un, a expect un, b connect, b send deux, b expect deux, b close, a close, settle, interrupt
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

static void *echo(void *arg) {
    int fd = (int)(intptr_t)arg;
    char buf[1024];
    ssize_t r;
    while ((r = recv(fd, buf, sizeof(buf), 0)) > 0)
        if (send(fd, buf, r, MSG_NOSIGNAL) != r) break;
    close(fd);
    return NULL;
}

int main(int argc, char **argv) {
    int on = 1;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    while (1) {
        pthread_t t;
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        if (pthread_create(&t, NULL, echo, (void *)(intptr_t)c) != 0) { close(c); continue; }
        pthread_detach(t);
    }
}
