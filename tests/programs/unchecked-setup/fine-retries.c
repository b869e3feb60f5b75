// expect:
// allow: connection-refused
// play: listen 3002, a accept, a expect me voila\n, a close
// args: 3001 3002
// Several servers are tried; the second answers.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    int fd = -1;
    for (int i = 1; i < argc; i++) {
        struct sockaddr_in s = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[i])) };
        s.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd == -1) { perror("socket"); return 1; }
        if (connect(fd, (struct sockaddr *)&s, sizeof s) == 0)
            break;
        fprintf(stderr, "port %s : personne\n", argv[i]);
        close(fd);
        fd = -1;
    }
    if (fd == -1) return 1;
    const char *m = "me voila\n";
    write(fd, m, strlen(m));
    close(fd);
    return 0;
}
