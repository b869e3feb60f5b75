// expect:
// play: a connect, b connect, a send bon, settle, b send salut\n, b expect 5\n, a send jour\nau revoir\n, a expect 7\n9\n, a shutdown, a end, a close, b close, settle, terminate
// Answers each line by its length, however the bytes come.
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX 64
struct client { char line[1024]; size_t len; };

int main(int argc, char **argv)
{
    static struct client clients[MAX];
    struct pollfd fds[MAX];
    int n = 1, on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    fds[0] = (struct pollfd){ l, POLLIN, 0 };
    while (poll(fds, n, -1) != -1) {
        for (int i = n - 1; i > 0; i--) {
            struct client *c = &clients[i];
            if (!fds[i].revents) continue;
            ssize_t r = recv(fds[i].fd, c->line + c->len, sizeof c->line - c->len, 0);
            if (r <= 0) {
                close(fds[i].fd);
                fds[i] = fds[--n];
                clients[i] = clients[n];
                continue;
            }
            c->len += r;
            char *end;
            while ((end = memchr(c->line, '\n', c->len)) != NULL) {
                char answer[32];
                int k = snprintf(answer, sizeof answer, "%ld\n", (long)(end - c->line));
                send(fds[i].fd, answer, k, MSG_NOSIGNAL);
                c->len -= end + 1 - c->line;
                memmove(c->line, end + 1, c->len);
            }
        }
        if (fds[0].revents && n < MAX) {
            int c = accept(l, NULL, NULL);
            if (c == -1) continue;
            clients[n].len = 0;
            fds[n++] = (struct pollfd){ c, POLLIN, 0 };
        }
    }
    perror("poll");
    return 1;
}
