// expect:
// args: localhost 3001
// play: listen, a accept, a expect \r\n\r\n, a send HTTP/1.1 200 OK\r\nContent-Ty, settle, a send pe: text/plain\r\nContent-Length: 8\r\nConnection: close\r\n\r\nbon, settle, a send jour\n, a close
// The answer comes in three pieces; the end is the close.
// allow: connection-refused
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list;
    int e = getaddrinfo(argv[1], argv[2], &hints, &list), fd = -1;
    if (e) { fprintf(stderr, "%s\n", gai_strerror(e)); return 1; }
    for (struct addrinfo *p = list; p && fd == -1; p = p->ai_next) {
        fd = socket(p->ai_family, p->ai_socktype, p->ai_protocol);
        if (fd != -1 && connect(fd, p->ai_addr, p->ai_addrlen) == -1) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(list);
    if (fd == -1) { perror("connect"); return 1; }
    char req[300], b[1024];
    int n = snprintf(req, sizeof req, "GET / HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n", argv[1], argv[2]);
    for (int done = 0; done < n;) {
        ssize_t k = send(fd, req + done, n - done, MSG_NOSIGNAL);
        if (k == -1) { perror("send"); return 1; }
        done += k;
    }
    ssize_t r;
    while ((r = recv(fd, b, sizeof b, 0)) > 0)
        fwrite(b, 1, r, stdout);
    if (r == -1) { perror("recv"); return 1; }
    close(fd);
    return 0;
}
