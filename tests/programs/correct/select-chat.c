// expect:
// play: a connect, b connect, c connect, settle, a send salut\n, b expect salut\n, c expect salut\n, b close, settle, c send re\n, a expect re\n, a close, c reset, settle, interrupt
// A chat: a message goes to all but its sender.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0), max;
    fd_set all;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    FD_ZERO(&all);
    FD_SET(l, &all);
    max = l;
    for (;;) {
        fd_set ready = all;
        if (select(max + 1, &ready, NULL, NULL, NULL) == -1) { perror("select"); return 1; }
        for (int fd = 0; fd <= max; fd++) {
            if (!FD_ISSET(fd, &ready)) continue;
            if (fd == l) {
                int c = accept(l, NULL, NULL);
                if (c == -1) { perror("accept"); continue; }
                if (c >= FD_SETSIZE) { close(c); continue; }
                FD_SET(c, &all);
                if (c > max) max = c;
                continue;
            }
            char b[512];
            ssize_t n = recv(fd, b, sizeof b, 0);
            if (n <= 0) {
                if (n == -1) perror("recv");
                close(fd);
                FD_CLR(fd, &all);
                continue;
            }
            for (int other = 0; other <= max; other++)
                if (other != l && other != fd && FD_ISSET(other, &all))
                    if (send(other, b, n, MSG_NOSIGNAL) == -1) perror("send");
        }
    }
}
