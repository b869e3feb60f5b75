// expect:
// play: datagrams, exit
// AF_UNSPEC dissolves the association of a UDP socket: connect(2).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    struct sockaddr rien = { .sa_family = AF_UNSPEC };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (send(s, "un", 2, 0) == -1) { perror("send"); return 1; }
    if (connect(s, &rien, sizeof rien) == -1) { perror("connect"); return 1; }
    if (sendto(s, "deux", 4, 0, (struct sockaddr *)&a, sizeof a) == -1) { perror("sendto"); return 1; }
    close(s);
    return 0;
}
