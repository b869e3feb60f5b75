// expect:
// allow: exit-zero-after-error unchecked-setup
// play: exit
// EINVAL: the socket has its address already. The port is not taken by anybody.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int t = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(t, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (bind(t, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); close(t); return 1; }
    close(t);
    return 0;
}
