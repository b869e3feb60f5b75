// expect:
// play: exit
// Server and client in one process, two threads.
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in a;

static void *client(void *p)
{
    char b[64];
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); exit(1); }
    send(s, "ping", 4, MSG_NOSIGNAL);
    ssize_t n = recv(s, b, sizeof b, 0);
    if (n > 0) printf("client : %.*s\n", (int)n, b);
    close(s);
    return NULL;
}

int main(void)
{
    char b[64];
    pthread_t t;
    socklen_t len = sizeof a;
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 1) == -1) { perror("serveur"); return 1; }
    getsockname(l, (struct sockaddr *)&a, &len);
    pthread_create(&t, NULL, client, NULL);
    int c = accept(l, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    ssize_t n = recv(c, b, sizeof b, 0);
    if (n > 0) send(c, "pong", 4, MSG_NOSIGNAL);
    close(c);
    pthread_join(t, NULL);
    close(l);
    return 0;
}
