// expect: missing-htons
// allow: connection-refused
// play: exit
// args: 127.0.0.1
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

#define PORT 3000

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = PORT };
    a.sin_addr.s_addr = inet_addr("127.0.0.1");
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) {
        perror("connect");
        close(s);
        return 1;
    }
    write(s, "salut\n", 6);
    close(s);
    return 0;
}
