// expect: einprogress-fatal
// play: listen, a accept, exit
// The socket does not block, and connect is checked as if it did.
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (fcntl(s, F_SETFL, fcntl(s, F_GETFL) | O_NONBLOCK) == -1) { perror("fcntl"); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) {
        perror("connect");
        close(s);
        return 1;
    }
    if (send(s, "bonjour\n", 8, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    close(s);
    return 0;
}
