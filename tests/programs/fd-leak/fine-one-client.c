// expect:
// allow: fake-close
// play: a connect, a send bonjour, a expect bonjour, a close
// One client, then the end: exit closes.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0), n;
    char b[64];
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 20)) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c < 0) { perror("accept"); return 1; }
    while ((n = read(c, b, sizeof b)) > 0)
        write(c, b, n);
    return 0;
}
