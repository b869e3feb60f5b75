// expect:
// allow: iterative-only
// play: a connect, a send bonjour\0, a expect bonjour, a send salut\0, a expect salut, a shutdown, a end, a close, settle, interrupt
// args: 3001
// A text protocol whose messages end with a zero; the answers have none.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        char b[1024];
        ssize_t n;
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        while ((n = recv(c, b, sizeof b - 1, 0)) > 0) {
            b[n] = '\0';
            if (send(c, b, strlen(b), MSG_NOSIGNAL) == -1) { perror("send"); break; }
        }
        if (n == -1) perror("recv");
        close(c);
    }
}
