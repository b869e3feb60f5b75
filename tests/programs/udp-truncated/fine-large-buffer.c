// expect:
// play: a udp, a send un datagramme de plus de seize octets, a expect seize octets
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char b[65536];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) }, de;
    socklen_t len = sizeof de;
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    ssize_t n = recvfrom(s, b, sizeof b, 0, (struct sockaddr *)&de, &len);
    if (n == -1) { perror("recvfrom"); return 1; }
    sendto(s, b, n, 0, (struct sockaddr *)&de, len);
    close(s);
    return 0;
}
