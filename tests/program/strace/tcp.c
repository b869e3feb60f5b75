/* A connection with itself: names, options, and every way to move bytes on it. */
#include "begin.h"

static void options(int fd)
{
    int one = 1, number = 0;
    socklen_t length = sizeof number;
    struct linger linger = {1, 0};
    struct timeval soon = {5, 250000};
    char name[16] = {0};

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, 1);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, NULL, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, NOWHERE, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, 9999, &one, sizeof one);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &one, sizeof one);
    setsockopt(fd, IPPROTO_IP, IP_TTL, &one, sizeof one);
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    setsockopt(fd, 9999, 1, &one, sizeof one);
    getsockopt(fd, SOL_SOCKET, SO_TYPE, &number, &length);
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &length);
    getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &number, &length);
    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &number, &length);
    length = sizeof linger;
    getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &length);
    getsockopt(fd, SOL_SOCKET, SO_ERROR, NULL, NULL);
    length = sizeof name;
    getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length);
}

static void names(int listener, int client, int server)
{
    struct sockaddr_storage storage = {0};
    socklen_t length = sizeof storage;

    getsockname(listener, SOCKADDR(storage), &length);
    length = 4;
    getsockname(listener, SOCKADDR(storage), &length);
    length = 0;
    getpeername(server, SOCKADDR(storage), &length);
    length = -1;
    getpeername(server, SOCKADDR(storage), &length);
    length = sizeof storage;
    getpeername(server, SOCKADDR(storage), &length);
    length = sizeof storage;
    getpeername(listener, SOCKADDR(storage), &length);
    getsockname(client, NULL, NULL);
    getsockname(99, SOCKADDR(storage), &length);
}

static void bytes(int client, int server)
{
    char buffer[200], other[7];
    struct iovec out[2] = {{"premier ", 8}, {"second\n", 7}}, in[3] = {{buffer, 4}, {other, 7}, {buffer + 10, 100}};
    int waiting = 0;

    send(client, "GET / HTTP/1.0\r\n\r\n", 18, 0);
    ioctl(server, FIONREAD, &waiting);
    recv(server, buffer, 3, MSG_PEEK);
    recv(server, buffer, sizeof buffer, 0);
    recv(server, buffer, sizeof buffer, MSG_DONTWAIT);
    send(client, "\0\1\377\"\\\t", 6, MSG_NOSIGNAL | MSG_DONTWAIT);
    read(server, buffer, sizeof buffer);
    send(client, NULL, 0, 0);
    send(client, NULL, 5, 0);
    send(client, NOWHERE, 5, 0);
    send(client, "oob", 3, MSG_OOB | 0x8000000);
    recv(server, buffer, 1, MSG_OOB);
    recv(server, buffer, sizeof buffer, MSG_WAITALL | MSG_DONTWAIT);
    write(client, "abcdef", 6);
    recv(server, NOWHERE, 3, 0);
    recvfrom(server, buffer, 2, 0, NULL, NULL);
    struct sockaddr_in from = loopback(9);
    socklen_t length = sizeof from;
    recvfrom(server, buffer, sizeof buffer, 0, SOCKADDR(from), &length);
    writev(client, out, 2);
    readv(server, in, 3);
    writev(client, NOWHERE, 2);
    writev(client, out, 0);
    writev(client, NULL, 1);
    sendto(client, "x", 1, 0, SOCKADDR(from), sizeof from);
    read(server, buffer, 0);
    read(server, buffer, 1);
}

int main(void)
{
    struct sockaddr_in address = loopback(3001), peer;
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(3002), .sin6_addr = in6addr_loopback};
    socklen_t length = sizeof peer;

    mark();
    socket(AF_INET, SOCK_STREAM, 77);
    socket(12345, SOCK_STREAM, 0);
    socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int sixth = socket(AF_INET6, SOCK_STREAM, 0);
    options(listener);
    bind(listener, SOCKADDR(address), 8);
    bind(listener, SOCKADDR(address), 0);
    bind(listener, NULL, sizeof address);
    bind(listener, NOWHERE, sizeof address);
    bind(-1, SOCKADDR(address), sizeof address);
    bind(listener, SOCKADDR(address), sizeof address);
    bind(listener, SOCKADDR(address), 1000);
    bind(sixth, SOCKADDR(six), sizeof six);
    accept(listener, NULL, NULL);
    listen(listener, 5);
    int client = socket(PF_INET, SOCK_STREAM, IPPROTO_TCP);
    address.sin_port = htons(3003);
    connect(client, SOCKADDR(address), sizeof address);
    address.sin_port = htons(3001);
    connect(client, SOCKADDR(address), sizeof address);
    connect(client, SOCKADDR(address), sizeof address);
    int server = accept(listener, SOCKADDR(peer), &length);
    names(listener, client, server);
    bytes(client, server);

    int second = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    connect(second, SOCKADDR(address), sizeof address);
    length = -1;
    accept(listener, SOCKADDR(peer), &length);
    int third = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    /* A known port, that no TIME_WAIT keeps from the next run. */
    struct linger abrupt = {1, 0};
    setsockopt(third, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
    address.sin_port = htons(4003);
    bind(third, SOCKADDR(address), sizeof address);
    address.sin_port = htons(3001);
    connect(third, SOCKADDR(address), sizeof address);
    length = 4;
    accept4(listener, SOCKADDR(peer), &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    accept(listener, SOCKADDR(peer), NOWHERE);

    shutdown(client, SHUT_WR);
    char buffer[8];
    recv(server, buffer, sizeof buffer, 0);
    shutdown(server, SHUT_RDWR);
    shutdown(server, 7);
    shutdown(listener, SHUT_RD);
    signal(SIGPIPE, SIG_IGN);
    send(client, "trop tard", 9, 0);
    close(client);
    close(client);
    close(server);
    close(-1);
    return 0;
}
