// expect:
// allow: port-in-use
// play: listen 3001, settle, a connect 3002, a expect ok, a end, a close
// args: 3001
// The port is taken: the next one is tried.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    int port = atoi(argv[1]);
    struct sockaddr_in a = { .sin_family = AF_INET };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); exit(1); }
    for (;; port++) {
        a.sin_port = htons(port);
        if (bind(s, (struct sockaddr *)&a, sizeof a) == 0) break;
        if (errno != EADDRINUSE) { perror("bind"); exit(1); }
        fprintf(stderr, "port %d pris\n", port);
    }
    if (listen(s, 5) == -1) { perror("listen"); exit(1); }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); exit(1); }
    write(c, "ok", 2);
    close(c);
    close(s);
    return 0;
}
