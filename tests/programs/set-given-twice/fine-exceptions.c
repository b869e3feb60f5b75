// expect:
// play: listen, a accept, a send bonjour\n, a expect merci\n, a close
// Three sets with the same content, in three variables.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char b[100];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM, 0), read_all = 0, answered = 0;
    if (s == -1) { perror("socket"); return 1; }
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    while (!read_all) {
        fd_set r, w, e;
        FD_ZERO(&r);
        FD_SET(s, &r);
        e = w = r;
        if (select(s + 1, &r, answered ? NULL : &w, &e, NULL) == -1) { perror("select"); return 1; }
        if (FD_ISSET(s, &r)) {
            ssize_t n = recv(s, b, sizeof b, 0);
            if (n == -1) { perror("recv"); return 1; }
            printf("%.*s", (int)n, b);
            read_all = n == 0;
        }
        if (!answered && FD_ISSET(s, &w)) {
            if (send(s, "merci\n", 6, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
            answered = 1;
        }
    }
    close(s);
    return 0;
}
