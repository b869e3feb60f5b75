// expect:
// args: 127.255.255.255 3001
// play: exit
// With SO_BROADCAST the datagram leaves, and comes back to the socket that listens to all.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, in = socket(AF_INET, SOCK_DGRAM, 0), out = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    if (in == -1 || out == -1) { perror("socket"); return 1; }
    if (bind(in, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (setsockopt(out, SOL_SOCKET, SO_BROADCAST, &on, sizeof on) == -1) { perror("setsockopt"); return 1; }
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (sendto(out, "bonjour", 7, 0, (struct sockaddr *)&a, sizeof a) == -1) { perror("sendto"); return 1; }
    char b[64];
    ssize_t n = recv(in, b, sizeof b, 0);
    if (n == -1) { perror("recv"); return 1; }
    printf("%.*s\n", (int)n, b);
    close(out);
    close(in);
    return 0;
}
