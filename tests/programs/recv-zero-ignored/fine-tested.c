// expect:
// play: 2 times a connect, a send coucou\n, a expect coucou\n, a close, settle
// play: interrupt
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

int main(void)
{
    int oui = 1;
    struct sockaddr_in moi = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &oui, sizeof oui);
    if (bind(l, (struct sockaddr *)&moi, sizeof moi) < 0) { perror("bind"); exit(1); }
    if (listen(l, 5) < 0) { perror("listen"); exit(1); }
    for (;;) {
        int c = accept(l, NULL, NULL);
        if (c < 0) { perror("accept"); exit(1); }
        char buf[64];
        for (;;) {
            ssize_t n = recv(c, buf, sizeof buf, 0);
            if (n < 0) { perror("recv"); break; }
            if (n == 0) { printf("le client est parti\n"); break; }
            if (send(c, buf, n, MSG_NOSIGNAL) < 0) { perror("send"); break; }
        }
        close(c);
    }
}
