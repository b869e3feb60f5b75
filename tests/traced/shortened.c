/* One transfer of 10 bytes, by the call named; prints how many went through. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    const char *call = argc > 1 ? argv[1] : "";
    char text[10] = "0123456789", taken[10];
    struct iovec halves[2] = { { taken, 5 }, { taken + 5, 5 } }, given[2] = { { text, 5 }, { text + 5, 5 } };
    struct msghdr in = { .msg_iov = halves, .msg_iovlen = 2 }, out = { .msg_iov = given, .msg_iovlen = 2 };
    int pair[2], pipes[2];
    long moved = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1 || pipe(pipes) == -1)
        return 10;
    int full = memfd_create("full", 0);
    /* What is to be received is there, put by a call that is not the one shortened. */
    if (pwrite(full, text, 10, 0) != 10)
        return 11;
    int receives = strstr("read readv recv recvfrom recvmsg", call) != NULL;
    if (receives) {
        if (sendfile(pair[1], full, NULL, 10) != 10)
            return 12;
    }
    if (!strcmp(call, "send"))
        moved = send(pair[0], text, 10, 0);
    else if (!strcmp(call, "sendto"))
        moved = sendto(pair[0], text, 10, 0, NULL, 0);
    else if (!strcmp(call, "sendmsg"))
        moved = sendmsg(pair[0], &out, 0);
    else if (!strcmp(call, "write"))
        moved = write(pair[0], text, 10);
    else if (!strcmp(call, "writev"))
        moved = writev(pair[0], given, 2);
    else if (!strcmp(call, "sendfile"))
        moved = sendfile(pair[0], full, NULL, 10);
    else if (!strcmp(call, "splice"))
        moved = splice(full, &(loff_t){ 0 }, pipes[1], NULL, 10, 0);
    else if (!strcmp(call, "read"))
        moved = read(pair[0], taken, 10);
    else if (!strcmp(call, "readv"))
        moved = readv(pair[0], halves, 2);
    else if (!strcmp(call, "recv"))
        moved = recv(pair[0], taken, 10, 0);
    else if (!strcmp(call, "recvfrom"))
        moved = recvfrom(pair[0], taken, 10, 0, NULL, NULL);
    else if (!strcmp(call, "recvmsg"))
        moved = recvmsg(pair[0], &in, 0);
    dprintf(2, "%ld\n", moved);
    return 0;
}
