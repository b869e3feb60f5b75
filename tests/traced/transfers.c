/* Transfers of every kind, with what the program sees of them and of its own variables. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void) {
    int ends[2], pipe_ends[2];
    char bytes[100];
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    register long length = 9;
    printf("send %zd", send(ends[0], "bonjour\n\n", length, 0));
    printf(" of %ld\n", length);
    printf("recv %zd\n", recv(ends[1], bytes, sizeof bytes, 0));
    struct iovec parts[2] = {{"abcd", 4}, {"efgh", 4}};
    printf("writev %zd", writev(ends[0], parts, 2));
    printf(" of %zu + %zu\n", parts[0].iov_len, parts[1].iov_len);
    struct iovec room[2] = {{bytes, 3}, {bytes + 3, 50}};
    struct msghdr message = {.msg_iov = room, .msg_iovlen = 2};
    printf("recvmsg %zd", recvmsg(ends[1], &message, 0));
    printf(" of %zu + %zu\n", room[0].iov_len, room[1].iov_len);
    pipe(pipe_ends);
    ssize_t got = write(pipe_ends[1], "0123456789", 10);
    printf("write %zd\n", got);
    got = read(pipe_ends[0], bytes, sizeof bytes);
    printf("read %zd\n", got);
    int ready = poll(NULL, 0, 0);
    printf("poll %d %s\n", ready, ready < 0 ? strerror(errno) : "");
    int client = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(1)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int result = connect(client, (struct sockaddr *)&address, sizeof address);
    printf("connect %d %s\n", result, strerror(errno));
    printf("close %d\n", close(client));
    return 0;
}
