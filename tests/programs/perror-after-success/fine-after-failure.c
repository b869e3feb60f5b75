// expect:
// allow: connection-refused
// play: exit
// args: 127.0.0.1 3001
// perror where it belongs; the descriptor is closed before it, as the code must.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <arpa/inet.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return EXIT_FAILURE; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) {
        int pourquoi = errno;
        close(s);
        errno = pourquoi;
        perror("connect");
        return EXIT_FAILURE;
    }
    close(s);
    return 0;
}
