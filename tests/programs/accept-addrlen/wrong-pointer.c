// expect: accept-addrlen
// allow: exit-zero-after-error
// play: connect, a end, a close
// The length's value instead of its address.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) }, client;
    int l = socket(AF_INET, SOCK_STREAM, 0);
    socklen_t len = sizeof client;
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 5) == -1) { perror("serveur"); exit(1); }
    int c = accept(l, (struct sockaddr *)&client, (socklen_t *)(long)len);
    if (c == -1) { perror("accept"); close(l); return 1; }
    write(c, "salut\n", 6);
    close(c);
    close(l);
    return 0;
}
