// expect:
// play: 3 times a connect, a expect bonjour\n, a end, a close, settle
// play: interrupt
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

int main(int argc, char **argv)
{
    int on = 1;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 1) == -1) { perror("serveur"); return 1; }
    for (;;) {
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        if (send(c, "bonjour\n", 8, MSG_NOSIGNAL) == -1) perror("send");
        close(c);
    }
}
