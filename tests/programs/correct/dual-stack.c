// expect:
// play: a connect, a send quatre, a expect quatre, a close, settle, interrupt
// One IPv6 socket for both families.
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, off = 0, l = socket(AF_INET6, SOCK_STREAM, 0);
    struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons(atoi(argv[1])), .sin6_addr = in6addr_any };
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(l, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    for (;;) {
        struct sockaddr_in6 p;
        socklen_t len = sizeof p;
        char b[64];
        ssize_t n;
        int c = accept(l, (struct sockaddr *)&p, &len);
        if (c == -1) { perror("accept"); continue; }
        while ((n = recv(c, b, sizeof b, 0)) > 0)
            if (send(c, b, n, MSG_NOSIGNAL) == -1) break;
        close(c);
    }
}
