// expect:
// allow: client-fixed-port
// play: listen, a accept, a expect coucou\n, a close
// A client that binds, and a UDP socket that binds: neither listens.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = 0 };
    struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &there.sin_addr);

    int u = socket(AF_INET, SOCK_DGRAM, 0);
    here.sin_port = htons(5005);
    if (u < 0 || bind(u, (struct sockaddr *)&here, sizeof here) < 0) { perror("udp"); return 1; }

    int t = socket(AF_INET, SOCK_STREAM, 0);
    here.sin_port = 0;
    if (t < 0 || bind(t, (struct sockaddr *)&here, sizeof here) < 0) { perror("bind"); return 1; }
    if (connect(t, (struct sockaddr *)&there, sizeof there) < 0) { perror("connect"); return 1; }
    const char *m = "coucou\n";
    if (send(t, m, strlen(m), 0) != (ssize_t)strlen(m)) { perror("send"); return 1; }
    close(t);
    close(u);
    return 0;
}
