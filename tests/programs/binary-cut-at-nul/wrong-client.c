// expect: binary-cut-at-nul
// play: listen, a accept, a send \x01\xfe\x02\0\xfd\x03\xfc, a expect \x01\xfe\x02, a end, exit
// The client signs for what it got by sending it back, with write and strlen.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char b[256];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    ssize_t n = read(s, b, sizeof b - 1);
    if (n == -1) { perror("read"); return 1; }
    b[n] = '\0';
    if (write(s, b, strlen(b)) == -1) { perror("write"); return 1; }
    close(s);
    return 0;
}
