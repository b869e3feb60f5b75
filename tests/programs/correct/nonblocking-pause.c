// expect:
// play: a connect, a send un, a expect un, a close, settle, interrupt
// Non-blocking sockets looked at every 20 ms: not elegant, and it sleeps.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0), clients[16], n = 0;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    fcntl(l, F_SETFL, O_NONBLOCK);
    for (;;) {
        int c = n < 16 ? accept(l, NULL, NULL) : -1;
        if (c != -1) {
            fcntl(c, F_SETFL, O_NONBLOCK);
            clients[n++] = c;
        }
        for (int i = n - 1; i >= 0; i--) {
            char b[256];
            ssize_t r = recv(clients[i], b, sizeof b, 0);
            if (r > 0) send(clients[i], b, r, MSG_NOSIGNAL);
            else if (r == 0 || errno != EAGAIN) {
                close(clients[i]);
                clients[i] = clients[--n];
            }
        }
        usleep(200000);
    }
}
