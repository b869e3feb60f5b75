// expect: bad-address
// allow: exit-zero-after-error
// play: exit
// An AF_UNIX family in an Internet address.
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a;
    memset(&a, 0, sizeof a);
    a.sin_family = AF_UNIX;
    a.sin_port = htons(3001);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) {
        perror("connect");
        close(s);
        return 1;
    }
    close(s);
    return 0;
}
