// expect:
// play: listen, a accept, a send bonjour\n, settle, terminate
// A client that waits for more is stopped from outside.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char b[256];
    ssize_t n;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    while ((n = recv(s, b, sizeof b, 0)) > 0)
        fwrite(b, 1, n, stdout);
    if (n == -1) perror("recv");
    close(s);
    return 0;
}
