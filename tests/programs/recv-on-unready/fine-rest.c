// expect:
// play: listen, a accept, a send 5, settle, a send salut, a expect merci, a close
// The socket was announced for the length; the second recv waits for the rest of the same message.
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char length, b[16];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    struct pollfd p[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = s, .events = POLLIN } };
    for (;;) {
        if (poll(p, 2, -1) == -1) { perror("poll"); return 1; }
        if (p[0].revents) break;
        if (!p[1].revents) continue;
        ssize_t n = recv(s, &length, 1, 0);
        if (n == -1) { perror("recv"); return 1; }
        if (n == 0 || length < '1' || length > '9') break;
        n = recv(s, b, length - '0', MSG_WAITALL);
        if (n < length - '0') break;
        printf("%.*s\n", (int)n, b);
        if (send(s, "merci", 5, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    }
    close(s);
    return 0;
}
