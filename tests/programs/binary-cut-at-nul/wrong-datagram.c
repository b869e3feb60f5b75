// expect: binary-cut-at-nul
// play: a udp, a send \xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01, a expect \xff\xd8\xff\xe0
// One datagram, given back up to its first zero.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char b[1500];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) }, de;
    socklen_t len = sizeof de;
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    ssize_t n = recvfrom(s, b, sizeof b - 1, 0, (struct sockaddr *)&de, &len);
    if (n == -1) { perror("recvfrom"); return 1; }
    b[n] = '\0';
    if (sendto(s, b, strlen(b), 0, (struct sockaddr *)&de, len) == -1) { perror("sendto"); return 1; }
    close(s);
    return 0;
}
