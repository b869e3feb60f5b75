// expect: missing-socket
// allow: unchecked-setup exit-zero-after-error
// play: exit
// The precedence of = and <: fd holds 0, the result of the comparison.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    int fd;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    if (fd = socket(AF_INET, SOCK_STREAM, 0) < 0) {
        perror("socket");
        return 1;
    }
    if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0) {
        perror("bind");
        return 1;
    }
    listen(fd, 5);
    return 0;
}
