// expect:
// allow: connection-refused
// args: localhost 3001
// play: listen, a accept, a expect bonjour\n, a send salut\n, a close
// v6 is refused, then v4 is tried: the usual loop.
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    struct addrinfo hints, *res, *p;
    char buf[128];
    int fd = -1, rv;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    if ((rv = getaddrinfo(argv[1], argv[2], &hints, &res)) != 0) {
        fprintf(stderr, "getaddrinfo: %s\n", gai_strerror(rv));
        return 1;
    }
    for (p = res; p != NULL; p = p->ai_next) {
        fd = socket(p->ai_family, p->ai_socktype, p->ai_protocol);
        if (fd == -1) { perror("client: socket"); continue; }
        if (connect(fd, p->ai_addr, p->ai_addrlen) == -1) { perror("client: connect"); close(fd); continue; }
        break;
    }
    freeaddrinfo(res);
    if (p == NULL) { fprintf(stderr, "client: failed to connect\n"); return 2; }
    send(fd, "bonjour\n", 8, 0);
    ssize_t n = recv(fd, buf, sizeof buf - 1, 0);
    if (n == -1) { perror("recv"); return 1; }
    buf[n] = '\0';
    printf("client: received '%s'\n", buf);
    close(fd);
    return 0;
}
