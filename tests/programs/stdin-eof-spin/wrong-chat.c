// expect: stdin-eof-spin
// allow: busy-loop
// play: listen, a accept, keys coucou\n, a expect coucou, eof, spin, interrupt
// The course's chat client: fgets gives NULL at the end of the input, and nobody looks.
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
        ligne[0] = '\0';
        printf("> ");
        fflush(stdout);
        fgets(ligne, sizeof ligne, stdin);
        if (strlen(ligne) > 0)
            send(s, ligne, strlen(ligne), MSG_NOSIGNAL);
    }
}
