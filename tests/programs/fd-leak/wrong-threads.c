// expect: fd-leak
// play: 6 times a connect, a send CARRE 1x\n, a expect erreur\n, a close, settle
// play: a connect, a send CARRE 12\n, a expect 144\n, a end, a close, settle, interrupt
// A thread a client; the one that refuses what it was asked returns without close.
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *carre(void *p)
{
    int fd = *(int *)p, nombre, n;
    char b[64], fin;
    free(p);
    n = recv(fd, b, sizeof b - 1, 0);
    if (n > 0) {
        b[n] = '\0';
        if (sscanf(b, "CARRE %d%c", &nombre, &fin) != 2 || fin != '\n') {
            send(fd, "erreur\n", 7, MSG_NOSIGNAL);
            return NULL;
        }
        n = snprintf(b, sizeof b, "%d\n", nombre * nombre);
        send(fd, b, n, MSG_NOSIGNAL);
    }
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
        if (!c || (*c = accept(s, NULL, NULL)) < 0) { perror("accept"); return 1; }
        if (pthread_create(&t, NULL, carre, c)) { fprintf(stderr, "pthread_create\n"); return 1; }
        pthread_detach(t);
    }
}
