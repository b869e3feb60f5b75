// expect:
// play: listen, a accept, settle, a send bonjour, a expect merci, a close
// The server speaks first; it takes its time.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char b[100];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    ssize_t n = recv(s, b, sizeof b, 0);
    if (n > 0) {
        printf("%.*s\n", (int)n, b);
        send(s, "merci\n", 6, 0);
    }
    close(s);
    return 0;
}
