// expect:
// play: a udp, a send un, a expect un, b udp, b send deux, b expect deux, settle, interrupt
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static char b[65536];
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    if (s == -1) { perror("socket"); return 1; }
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    for (;;) {
        struct sockaddr_storage from;
        socklen_t len = sizeof from;
        ssize_t n = recvfrom(s, b, sizeof b, 0, (struct sockaddr *)&from, &len);
        if (n == -1) { perror("recvfrom"); continue; }
        if (sendto(s, b, n, 0, (struct sockaddr *)&from, len) == -1) perror("sendto");
    }
}
