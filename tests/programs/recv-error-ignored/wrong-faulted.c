// expect: recv-error-ignored
// allow: exit-zero-after-error reply-not-read
// faults: recv:ECONNRESET
// play: listen, a accept, a expect hello\n, a send world\n, a end, a close
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    char b[100];
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); exit(1); }
    strcpy(b, "hello\n");
    send(s, b, strlen(b), 0);
    int n = recv(s, b, sizeof b - 1, 0);
    printf("recu %d octets : %s\n", n, b);
    close(s);
    return 0;
}
