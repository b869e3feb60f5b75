// expect: both-receive
// play: deadlock, interrupt
// The child stops in the middle of its question and polls for the answer; the father reads on until 0.
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

static void client(struct sockaddr_in a)
{
    char b[100];
    int s = socket(AF_INET, SOCK_STREAM, 0);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); exit(1); }
    struct pollfd p = { .fd = s, .events = POLLIN };
    send(s, "METEO Brest", 11, MSG_NOSIGNAL);
    if (poll(&p, 1, -1) == 1 && recv(s, b, sizeof b, 0) > 0)
        puts("le temps est connu");
    close(s);
    exit(0);
}

int main(void)
{
    char b[1000];
    size_t lu = 0;
    ssize_t n;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 1) == -1) { perror("serveur"); return 1; }
    if (fork() == 0) {
        close(l);
        client(a);
    }
    int c = accept(l, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    while (lu < sizeof b && (n = recv(c, b + lu, sizeof b - lu, 0)) > 0)
        lu += n;
    send(c, "pluie\n", 6, MSG_NOSIGNAL);
    close(c);
    close(l);
    return 0;
}
