// expect:
// play: listen, a accept, a end, exit
// A file with NULs in it is sent as it is.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char bloc[512];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) < 0) { perror("connect"); return 1; }
    int f = open("/bin/true", O_RDONLY);
    if (f == -1) { perror("open"); return 1; }
    ssize_t n;
    while ((n = read(f, bloc, sizeof bloc)) > 0)
        if (write(s, bloc, n) != n) { perror("write"); return 1; }
    close(f);
    close(s);
    return 0;
}
