// expect: request-not-read
// play: 2 times a connect, a send bonjour\n, a end, a close, settle
// play: interrupt
// The visitor's word is its knock: the server waits for it, greets, and closes with the word unread.
#include <poll.h>
#include <stdio.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        struct pollfd p = { .fd = c, .events = POLLIN };
        if (poll(&p, 1, -1) == -1) { perror("poll"); return 1; }
        if (send(c, "bienvenue chez nous\n", 20, MSG_NOSIGNAL) == -1) perror("send");
        close(c);
    }
}
