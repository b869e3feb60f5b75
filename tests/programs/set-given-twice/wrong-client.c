// expect: set-given-twice
// play: listen, a accept, a send bonjour\n, settle, keys salut\n, a expect salut\n, a close
// It works here: the socket is ready for both.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char line[100], b[100];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (fgets(line, sizeof line, stdin) == NULL) { close(s); return 1; }
    fd_set fds;
    FD_ZERO(&fds);
    FD_SET(s, &fds);
    if (select(s + 1, &fds, &fds, NULL, NULL) == -1) { perror("select"); return 1; }
    if (FD_ISSET(s, &fds)) {
        ssize_t n = recv(s, b, sizeof b, 0);
        if (n == -1) { perror("recv"); return 1; }
        printf("%.*s", (int)n, b);
        if (send(s, line, strlen(line), MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    }
    close(s);
    return 0;
}
