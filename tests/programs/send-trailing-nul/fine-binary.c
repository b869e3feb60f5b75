// expect:
// play: listen, a accept, a end, exit
// A length, then a value whose last byte happens to be 0.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) < 0) { perror("connect"); return 1; }
    unsigned char paquet[6] = { 0, 4, 0x12, 0x83, 0xff, 0 };
    uint32_t n = htonl(512);
    if (send(s, paquet, sizeof paquet, 0) != sizeof paquet) return 1;
    if (send(s, &n, sizeof n, 0) != sizeof n) return 1;
    close(s);
    return 0;
}
