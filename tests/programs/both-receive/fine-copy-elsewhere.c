// expect:
// play: exit
// Client and server sleep in recv, but a third process holds the client's socket: it speaks after a while.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <arpa/inet.h>

static void serveur(int l)
{
    char b[100];
    ssize_t n;
    int c = accept(l, NULL, NULL);
    if (c == -1) { perror("accept"); exit(1); }
    close(l);
    while ((n = recv(c, b, sizeof b, 0)) > 0)
        send(c, b, n, MSG_NOSIGNAL);
    close(c);
    exit(0);
}

static void minuteur(int s)
{
    sleep(4);
    if (send(s, "c'est l'heure\n", 14, MSG_NOSIGNAL) == -1) perror("send");
    close(s);
    exit(0);
}

int main(void)
{
    char b[100];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 1) == -1) { perror("serveur"); return 1; }
    if (fork() == 0) serveur(l);
    close(l);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (fork() == 0) minuteur(s);
    ssize_t n = recv(s, b, sizeof b, 0);
    if (n > 0) printf("%.*s", (int)n, b);
    close(s);
    while (wait(NULL) > 0)
        continue;
    return 0;
}
