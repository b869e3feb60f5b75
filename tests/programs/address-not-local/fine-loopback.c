// expect:
// play: exit
// Any address of 127/8 is this machine's.
#include <stdio.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    inet_pton(AF_INET, "127.0.0.2", &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    close(s);
    return 0;
}
