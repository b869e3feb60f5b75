// expect: both-receive
// play: listen, a accept, a receive, deadlock, interrupt
// Client and server each wait for the other to speak.
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
