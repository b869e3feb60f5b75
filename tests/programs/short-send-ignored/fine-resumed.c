// expect:
// faults: send:short=5
// play: listen, a accept, a expect un message assez long pour etre coupe\n, a end, exit
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    const char *m = "un message assez long pour etre coupe\n";
    size_t reste = strlen(m);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    while (reste > 0) {
        ssize_t n = send(s, m, reste, 0);
        if (n == -1) { perror("send"); return 1; }
        m += n;
        reste -= n;
    }
    close(s);
    return 0;
}
