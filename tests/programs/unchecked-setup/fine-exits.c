// expect:
// allow: connection-refused
// args: 127.0.0.1 3001
// play: exit
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in s = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &s.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&s, sizeof s) == -1) {
        perror("connect");
        close(fd);
        return EXIT_FAILURE;
    }
    send(fd, "x", 1, MSG_NOSIGNAL);
    close(fd);
    return 0;
}
