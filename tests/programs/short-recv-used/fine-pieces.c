// expect:
// play: listen, a accept, a expect liste\n, a send \0\0\0\x14, settle, a send vingt octets, settle, a send \sen tout, settle, a send \0\0\0\x03fin, settle, a close, exit
// Each piece is shown as it comes, and the next recv asks for the rest.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
    char message[1024];
    uint32_t length;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (send(s, "liste\n", 6, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    while (recv(s, &length, sizeof length, MSG_WAITALL) == sizeof length) {
        length = ntohl(length);
        if (length > sizeof message) { fputs("message trop long\n", stderr); return 1; }
        while (length > 0) {
            ssize_t n = recv(s, message, length, 0);
            if (n == -1) perror("recv");
            if (n <= 0) { close(s); return 1; }
            printf("%.*s", (int)n, message);
            length -= n;
        }
        printf("\n");
        fflush(stdout);
    }
    close(s);
    return 0;
}
