// expect: set-not-rebuilt
// allow: iterative-only
// play: a connect, settle, b connect, settle, b send un, a expect un, b send deux, a expect deux, a send trois
// play: 150 times settle
// play: interrupt
// Two players, one set: the one who speaks first is the only one who is heard.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0), player[2], over = 0;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    fd_set players;
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    FD_ZERO(&players);
    for (int i = 0; i < 2; i++) {
        player[i] = accept(l, NULL, NULL);
        if (player[i] == -1) { perror("accept"); return 1; }
        FD_SET(player[i], &players);
    }
    close(l);
    while (!over) {
        char b[256];
        if (select(player[1] + 1, &players, NULL, NULL, NULL) == -1) { perror("select"); return 1; }
        for (int i = 0; i < 2 && !over; i++) {
            if (!FD_ISSET(player[i], &players)) continue;
            ssize_t n = recv(player[i], b, sizeof b, 0);
            if (n == -1) perror("recv");
            over = n <= 0 || send(player[1 - i], b, n, MSG_NOSIGNAL) == -1;
        }
    }
    for (int i = 0; i < 2; i++)
        close(player[i]);
    return 0;
}
