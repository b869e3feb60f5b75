// expect:
// play: exit
// The child echoes, asleep in recv. The father chats with two threads: one listens, the other thinks before it speaks.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>

static void *ecoute(void *p)
{
    char b[100];
    ssize_t n;
    while ((n = recv(*(int *)p, b, sizeof b, 0)) > 0)
        printf("< %.*s", (int)n, b);
    return NULL;
}

static int echo(int l)
{
    char b[100];
    ssize_t n;
    int c = accept(l, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    close(l);
    while ((n = recv(c, b, sizeof b, 0)) > 0)
        send(c, b, n, MSG_NOSIGNAL);
    close(c);
    return 0;
}

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    struct timespec reflexion = { .tv_sec = 4 };
    int l = socket(AF_INET, SOCK_STREAM, 0), s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    pthread_t t;
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 1) == -1) { perror("serveur"); return 1; }
    pid_t enfant = fork();
    if (enfant == -1) { perror("fork"); return 1; }
    if (enfant == 0) {
        close(s);
        exit(echo(l));
    }
    close(l);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (pthread_create(&t, NULL, ecoute, &s)) return 1;
    nanosleep(&reflexion, NULL);
    send(s, "me voici\n", 9, MSG_NOSIGNAL);
    shutdown(s, SHUT_WR);
    pthread_join(t, NULL);
    close(s);
    wait(NULL);
    return 0;
}
