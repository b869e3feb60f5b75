// expect: missing-socket
// allow: unchecked-setup exit-zero-after-error
// play: exit
// args: 127.0.0.1 3001
// socket() was forgotten: the descriptor is what the variable held.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

static int sock = 42;

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
    if (connect(sock, (struct sockaddr *)&a, sizeof a) == -1) {
        perror("connect");
        return 1;
    }
    write(sock, "salut\n", 6);
    close(sock);
    return 0;
}
