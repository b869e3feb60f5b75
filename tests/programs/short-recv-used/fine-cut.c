// expect:
// allow: iterative-only
// play: a connect, a send \0\x14, settle, a send vingt octets, settle, a shutdown, a end, a close, settle, b connect, b send \0\x03fin, b expect 3 octets, b shutdown, b end, b close, settle, interrupt
// One recv, which the client's end cut: the message is given up, and the next length comes from another client.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>

static char message[65536];

static void serve(int c)
{
    uint16_t length;
    while (recv(c, &length, sizeof length, MSG_WAITALL) == sizeof length) {
        ssize_t n = recv(c, message, ntohs(length), MSG_WAITALL);
        if (n == -1) perror("recv");
        if (n < ntohs(length)) { fputs("message incomplet\n", stderr); return; }
        char answer[32];
        int k = snprintf(answer, sizeof answer, "%zd octets\n", n);
        if (send(c, answer, k, MSG_NOSIGNAL) == -1) { perror("send"); return; }
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        serve(c);
        close(c);
    }
}
