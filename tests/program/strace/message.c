/* Datagrams and messages: UDP, Unix sockets, descriptors that travel, several messages at once. */
#include "begin.h"

static void datagrams(void)
{
    struct sockaddr_in address = loopback(5001), from, nobody = {.sin_family = AF_UNSPEC};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(5002), .sin6_addr = in6addr_loopback};
    socklen_t length = sizeof from;
    char buffer[100];
    struct timeval brief = {0, 1000};

    int one = socket(AF_INET, SOCK_DGRAM, 0), two = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    int six_fd = socket(AF_INET6, SOCK_DGRAM, 0);
    bind(one, SOCKADDR(address), sizeof address);
    bind(six_fd, SOCKADDR(six), sizeof six);
    sendto(two, "bonjour", 7, 0, SOCKADDR(address), sizeof address);
    struct sockaddr_in own = loopback(5003);
    close(two);
    two = socket(AF_INET, SOCK_DGRAM, 0);
    bind(two, SOCKADDR(own), sizeof own);
    recv(one, buffer, sizeof buffer, 0);
    sendto(two, "datagramme", 10, MSG_CONFIRM, SOCKADDR(address), sizeof address);
    recvfrom(one, buffer, sizeof buffer, MSG_PEEK, SOCKADDR(from), &length);
    length = 4;
    recvfrom(one, buffer, 4, MSG_TRUNC, SOCKADDR(from), &length);
    sendto(two, "", 0, 0, SOCKADDR(address), sizeof address);
    length = sizeof from;
    recvfrom(one, buffer, sizeof buffer, 0, SOCKADDR(from), &length);
    connect(two, SOCKADDR(address), sizeof address);
    connect(two, SOCKADDR(nobody), sizeof nobody);
    sendto(two, "x", 1, 0, SOCKADDR(six), sizeof six);
    sendto(two, "x", 1, 0, SOCKADDR(address), 3);
    sendto(six_fd, "six", 3, 0, SOCKADDR(six), sizeof six);
    struct sockaddr_in6 from6;
    length = sizeof from6;
    recvfrom(six_fd, buffer, sizeof buffer, 0, SOCKADDR(from6), &length);
    setsockopt(one, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief);
    recvfrom(one, buffer, sizeof buffer, 0, SOCKADDR(from), &length);
}

static void local(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[] = "\0socketlab-decode";
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    memcpy(address.sun_path, path, sizeof path - 1);
    bind(listener, SOCKADDR(address), sizeof(sa_family_t) + sizeof path - 1);
    listen(listener, SOMAXCONN);
    connect(client, SOCKADDR(address), sizeof(sa_family_t) + sizeof path - 1);
    strcpy(address.sun_path, "/nonexistent/socket");
    connect(client, SOCKADDR(address), sizeof address);
    struct sockaddr_un own;
    socklen_t length = sizeof own;
    getsockname(listener, SOCKADDR(own), &length);
    length = sizeof own;
    getsockname(client, SOCKADDR(own), &length);
    struct ucred who;
    length = sizeof who;
    int pair[2];
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
    socketpair(AF_INET, SOCK_STREAM, 0, pair);
}

static void messages(void)
{
    int pair[2];
    socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    char in[50], more[4];
    struct iovec parts[2] = {{"descripteur", 11}, {" !", 2}}, room[2] = {{in, 6}, {more, sizeof more}};
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2, .msg_control = &control};
    message.msg_controllen = sizeof control.bytes;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(2 * sizeof(int));
    memcpy(CMSG_DATA(header), pair, 2 * sizeof(int));
    sendmsg(pair[0], &message, 0);
    struct msghdr answer = {.msg_iov = room, .msg_iovlen = 2, .msg_control = &control};
    answer.msg_controllen = sizeof control.bytes;
    recvmsg(pair[1], &answer, MSG_CMSG_CLOEXEC);
    message.msg_control = NULL;
    message.msg_controllen = 0;
    sendmsg(pair[0], &message, MSG_NOSIGNAL);
    room[1].iov_len = sizeof more;
    answer.msg_control = NULL;
    answer.msg_controllen = 0;
    recvmsg(pair[1], &answer, 0);
    recvmsg(pair[1], &answer, MSG_DONTWAIT);
    sendmsg(pair[0], NULL, 0);
    sendmsg(pair[0], NOWHERE, 0);
    message.msg_iov = NOWHERE;
    sendmsg(pair[0], &message, 0);

    struct sockaddr_in address = loopback(5005), from;
    int receiver = socket(AF_INET, SOCK_DGRAM, 0), sender = socket(AF_INET, SOCK_DGRAM, 0);
    bind(receiver, SOCKADDR(address), sizeof address);
    struct sockaddr_in own = loopback(5006);
    bind(sender, SOCKADDR(own), sizeof own);
    struct iovec whole = {"nom", 3};
    struct msghdr named = {.msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &whole, .msg_iovlen = 1};
    sendmsg(sender, &named, 0);
    struct iovec space = {in, sizeof in};
    struct msghdr back = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &space, .msg_iovlen = 1};
    recvmsg(receiver, &back, 0);

    struct iovec first = {"un", 2}, second = {"deux", 4};
    struct mmsghdr several[2] = {
        {.msg_hdr = {.msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &first, .msg_iovlen = 1}},
        {.msg_hdr = {.msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &second, .msg_iovlen = 1}},
    };
    sendmmsg(sender, several, 2, 0);
    struct iovec one = {in, 20}, two = {in + 20, 3};
    struct mmsghdr arrivals[3] = {
        {.msg_hdr = {.msg_iov = &one, .msg_iovlen = 1}},
        {.msg_hdr = {.msg_iov = &two, .msg_iovlen = 1}},
        {.msg_hdr = {.msg_iov = &one, .msg_iovlen = 1}},
    };
    struct timespec patience = {3, 0};
    recvmmsg(receiver, arrivals, 3, MSG_WAITFORONE, &patience);
    recvmmsg(receiver, arrivals, 3, MSG_DONTWAIT, NULL);
    sendmmsg(sender, NOWHERE, 2, 0);
}

int main(void)
{
    mark();
    datagrams();
    local();
    messages();
    return 0;
}
