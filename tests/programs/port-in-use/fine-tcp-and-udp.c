// expect:
// play: exit
// One number for TCP and for UDP: no conflict.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int t = socket(AF_INET, SOCK_STREAM, 0), u = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(t, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind tcp"); return 1; }
    if (bind(u, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind udp"); return 1; }
    close(t);
    close(u);
    return 0;
}
