// expect:
// play: a connect, b connect, settle, a send un, a expect un, b send deux, b expect deux, a close, b close, settle, interrupt
// Two copies of one set; clients are asked for writing only while an answer is due.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static char due[FD_SETSIZE][256];
static ssize_t length[FD_SETSIZE];

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0), max = l;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    fd_set all, answers;
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    FD_ZERO(&all);
    FD_ZERO(&answers);
    FD_SET(l, &all);
    for (;;) {
        fd_set r = all, w = answers;
        if (select(max + 1, &r, &w, NULL, NULL) == -1) { perror("select"); return 1; }
        for (int fd = l + 1; fd <= max; fd++) {
            int over = 0;
            if (FD_ISSET(fd, &w)) {
                over = send(fd, due[fd], length[fd], MSG_NOSIGNAL) == -1;
                FD_CLR(fd, &answers);
                FD_SET(fd, &all);
            } else if (FD_ISSET(fd, &r)) {
                length[fd] = recv(fd, due[fd], sizeof due[fd], 0);
                if (length[fd] == -1) perror("recv");
                over = length[fd] <= 0;
                FD_CLR(fd, &all);
                FD_SET(fd, &answers);
            }
            if (over) {
                close(fd);
                FD_CLR(fd, &all);
                FD_CLR(fd, &answers);
            }
        }
        if (FD_ISSET(l, &r)) {
            int c = accept(l, NULL, NULL);
            if (c == -1) { perror("accept"); continue; }
            if (c >= FD_SETSIZE) { close(c); continue; }
            FD_SET(c, &all);
            if (c > max) max = c;
        }
    }
}
