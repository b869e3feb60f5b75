// expect:
// play: listen, a accept, a expect 0123456789abcdefghij, a end, exit
// Sent eight bytes at a time, to the end.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    const char *message = "0123456789abcdefghij";
    size_t reste = strlen(message);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) < 0) { perror("connect"); return 1; }
    while (reste > 0) {
        ssize_t n = send(s, message, reste < 8 ? reste : 8, 0);
        if (n < 0) { perror("send"); return 1; }
        message += n;
        reste -= n;
    }
    close(s);
    return 0;
}
