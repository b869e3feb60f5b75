// expect: thread-shares-fd
// play: a connect, b connect, c connect, c expect bonjour\n, c expect bonjour\n, c expect bonjour\n, settle, interrupt
// A global variable for the client who comes: three threads serve the third.
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int client;

static void *servir(void *p)
{
    char b[256];
    ssize_t n;
    usleep(700000);
    int fd = *(int *)p;
    if (send(fd, "bonjour\n", 8, MSG_NOSIGNAL) == -1) perror("send");
    while ((n = recv(fd, b, sizeof b, 0)) > 0)
        if (send(fd, b, n, MSG_NOSIGNAL) == -1) break;
    close(fd);
    return NULL;
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 16) == -1) { perror("serveur"); return 1; }
    while ((client = accept(l, NULL, NULL)) != -1) {
        pthread_t t;
        if (pthread_create(&t, NULL, servir, &client) != 0) { close(client); continue; }
        pthread_detach(t);
    }
    perror("accept");
    return 1;
}
