// expect:
// play: listen, a accept, a expect ?, settle, a send oui, a close
// A receive that may give up after a while, and goes on.
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char b[100];
    struct timeval t = { .tv_usec = 100000 };
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    send(s, "?", 1, MSG_NOSIGNAL);
    for (;;) {
        ssize_t n = recv(s, b, sizeof b, 0);
        if (n > 0) { fwrite(b, 1, n, stdout); continue; }
        if (n == 0) break;
        if (errno == EAGAIN) { fputs("toujours rien\n", stderr); continue; }
        perror("recv");
        break;
    }
    close(s);
    return 0;
}
