// expect:
// play: listen, a accept, a expect une liste, a end, a send recu\n, a close
// Sends all, says that it is done, and reads the answer.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char b[100];
    ssize_t n;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (send(s, "une liste de courses\n", 21, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    if (shutdown(s, SHUT_WR) == -1) { perror("shutdown"); return 1; }
    while ((n = recv(s, b, sizeof b, 0)) > 0)
        fwrite(b, 1, n, stdout);
    close(s);
    return 0;
}
