// expect:
// play: a connect, a send un, a expect un, a close
// One client, and exit: the kernel closes.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char b[100];
    ssize_t n;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    while ((n = recv(c, b, sizeof b, 0)) > 0)
        send(c, b, n, MSG_NOSIGNAL);
    exit(0);
}
