// expect: broadcast-forbidden
// play: exit
// EACCES of another kind: a broadcast that was not asked for, and no port.
#include <stdio.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(9) };
    inet_pton(AF_INET, "127.255.255.255", &a.sin_addr);
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (sendto(s, "x", 1, 0, (struct sockaddr *)&a, sizeof a) == -1) {
        perror("sendto");
        close(s);
        return 1;
    }
    close(s);
    return 0;
}
