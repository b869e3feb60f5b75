// expect: single-client
// play: a connect, a send a, a expect A, a send b, a expect B, a close
// The listening socket is closed as soon as the first client is there.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

int main(int argc, char **argv)
{
    int on = 1;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 1) == -1) { perror("serveur"); return 1; }
    int c = accept(l, NULL, NULL);
    close(l);
    if (c == -1) { perror("accept"); return 1; }
    unsigned char o;
    while (read(c, &o, 1) == 1) {
        o = toupper(o);
        if (write(c, &o, 1) != 1) break;
    }
    close(c);
    return 0;
}
