// expect:
// play: exit
// connect to an address without a route: unreachable, which is something else.
#include <stdio.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    inet_pton(AF_INET, "192.0.2.7", &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); close(s); return 1; }
    close(s);
    return 0;
}
