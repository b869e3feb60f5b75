// expect:
// play: 6 times a connect, a send salut, a expect salut, a close, settle
// play: interrupt
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *dialogue(void *p)
{
    int fd = *(int *)p;
    char b[256];
    int n;
    free(p);
    while ((n = recv(fd, b, sizeof b, 0)) > 0)
        send(fd, b, n, MSG_NOSIGNAL);
    close(fd);
    return NULL;
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 20)) { perror("serveur"); return 1; }
    for (;;) {
        int *c = malloc(sizeof *c);
        pthread_t t;
        *c = accept(s, NULL, NULL);
        if (*c < 0) { perror("accept"); return 1; }
        if (pthread_create(&t, NULL, dialogue, c)) { perror("pthread_create"); return 1; }
        pthread_detach(t);
    }
}
