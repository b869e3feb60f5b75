/* Uses ports that the kernel gave, in several ways; prints the one that looks swapped. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in local(unsigned short network_port)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = network_port };
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

static int made(int type, struct sockaddr_in *name)
{
    socklen_t len = sizeof *name;
    int fd = socket(AF_INET, type, 0);
    *name = local(0);
    if (fd == -1 || bind(fd, (struct sockaddr *)name, sizeof *name) == -1)
        exit(10);
    if (type == SOCK_STREAM && listen(fd, 5) == -1)
        exit(11);
    if (getsockname(fd, (struct sockaddr *)name, &len) == -1)
        exit(12);
    return fd;
}

/* From another address: with few ports, a socket may connect to itself. */
static int reach(struct sockaddr_in a)
{
    struct sockaddr_in own = local(0);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
    if (bind(fd, (struct sockaddr *)&own, sizeof own) == -1)
        exit(27);
    int done = connect(fd, (struct sockaddr *)&a, sizeof a);
    close(fd);
    return done;
}

static struct sockaddr_in typed(void)
{
    char line[16] = "";
    if (read(0, line, sizeof line - 1) <= 0)
        exit(13);
    return local(htons(atoi(line)));
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { 0 }, b = { 0 };
    socklen_t len = sizeof b;
    const char *how = argc > 1 ? argv[1] : "";
    if (!strcmp(how, "listener")) {
        int fd = made(SOCK_STREAM, &a);
        if (fork() == 0)
            _exit(reach(a) == -1);
        close(accept(fd, NULL, NULL));
        wait(NULL);
        close(fd);
    } else if (!strcmp(how, "left")) {
        close(made(SOCK_STREAM, &a));
        if (reach(a) != -1)
            return 14;
    } else if (!strcmp(how, "peer")) {
        struct sockaddr_in own;
        int fd = made(SOCK_STREAM, &own);
        int client = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(client, (struct sockaddr *)&own, sizeof own) == -1)
            return 15;
        int accepted = accept(fd, (struct sockaddr *)&a, &len);
        close(client);
        char byte;
        if (recv(accepted, &byte, 1, 0) != 0)
            return 16;
        close(accepted);
        close(fd);
        if (reach(a) != -1)
            return 17;
    } else if (!strcmp(how, "datagrams")) {
        int first = made(SOCK_DGRAM, &a), second = socket(AF_INET, SOCK_DGRAM, 0);
        char byte;
        /* Another address, so that both may have the only port that there is. */
        b = local(0);
        b.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
        if (bind(second, (struct sockaddr *)&b, sizeof b) == -1)
            return 26;
        if (sendto(second, "x", 1, 0, (struct sockaddr *)&a, sizeof a) != 1)
            return 18;
        if (recvfrom(first, &byte, 1, 0, (struct sockaddr *)&b, &len) != 1)
            return 19;
        if (sendto(first, "y", 1, 0, (struct sockaddr *)&b, sizeof b) != 1)
            return 20;
        if (recvfrom(second, &byte, 1, 0, NULL, NULL) != 1)
            return 21;
        close(first);
        close(second);
    } else if (!strcmp(how, "datagram-of-another")) {
        a = typed();
        int fd = socket(AF_INET, SOCK_DGRAM, 0);
        if (sendto(fd, "x", 1, 0, (struct sockaddr *)&a, sizeof a) != 1)
            return 22;
        close(fd);
    } else if (!strcmp(how, "listener-of-another")) {
        a = typed();
        if (reach(a) == -1)
            return 23;
    } else if (!strcmp(how, "without-waiting")) {
        a = typed();
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (connect(fd, (struct sockaddr *)&a, sizeof a) == -1 && errno != EINPROGRESS)
            return 24;
        close(fd);
    } else {
        /* The fault itself, for comparison: 3001 without htons, where nobody is. */
        a = local(3001);
        if (reach(a) != -1)
            return 25;
    }
    printf("%d\n", ntohs(a.sin_port));
    return 0;
}
