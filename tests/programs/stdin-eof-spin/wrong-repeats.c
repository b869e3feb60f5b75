// expect: stdin-eof-spin
// allow: busy-loop
// play: listen, a accept, keys coucou\n, a expect coucou, a receive, eof, spin, interrupt
// At the end of the input the line stays as it was, and leaves again and again.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char ligne[200];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    while (1) {
        ssize_t n = read(0, ligne, sizeof ligne - 1);
        if (n > 0) ligne[n] = '\0';
        if (send(s, ligne, strlen(ligne), MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    }
}
