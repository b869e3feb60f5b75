// expect:
// play: listen, a accept, a send un\n, said un, settle, a send deux\n, said deux, settle, a close, exit
// One descriptor, no timeout: when select returns it is ready, and the set is still what it was.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char b[200];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    fd_set r;
    if (s == -1) { perror("socket"); return 1; }
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    FD_ZERO(&r);
    FD_SET(s, &r);
    for (;;) {
        if (select(s + 1, &r, NULL, NULL, NULL) == -1) { perror("select"); return 1; }
        ssize_t n = recv(s, b, sizeof b, 0);
        if (n == -1) perror("recv");
        if (n <= 0) break;
        printf("%.*s", (int)n, b);
        fflush(stdout);
    }
    close(s);
    return 0;
}
