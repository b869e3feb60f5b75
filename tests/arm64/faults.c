/* Prints what its calls give, and whether the registers of their arguments are kept: faults must not show elsewhere. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void said(const char *call, long result) {
    printf("%s %ld %s\n", call, result, result < 0 ? strerrorname_np(errno) : "-");
}

/* sendto(2), and what its length's register holds afterwards. */
static void raw(int fd, const char *text, long length) {
    register long x8 __asm__("x8") = SYS_sendto;
    register long x0 __asm__("x0") = fd;
    register const char *x1 __asm__("x1") = text;
    register long x2 __asm__("x2") = length;
    register long x3 __asm__("x3") = 0;
    register long x4 __asm__("x4") = 0;
    register long x5 __asm__("x5") = 0;
    __asm__ volatile("svc 0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : "r"(x8), "r"(x4), "r"(x5) : "memory");
    printf("raw %ld %d %ld\n", x0, x1 == text, x2);
}

int main(void) {
    int pair[2], status;
    char text[64];
    setvbuf(stdout, NULL, _IONBF, 0);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    raw(pair[0], "abcdefghij", 10);
    said("recv", recv(pair[1], text, sizeof text, 0));
    said("recv", recv(pair[1], text, sizeof text, MSG_DONTWAIT));
    struct iovec parts[2] = {{"1234", 4}, {"5678", 4}};
    said("writev", writev(pair[0], parts, 2));
    printf("lengths %zu %zu\n", parts[0].iov_len, parts[1].iov_len);
    pid_t child = fork();
    if (child == 0) {
        return 0;
    }
    said("fork", child > 0 ? 1 : child);
    if (child > 0) {
        waitpid(child, NULL, 0);
    }
    child = fork();
    if (child == 0) {
        return 7;
    }
    printf("child %d %d\n", waitpid(child, &status, 0) == child, WEXITSTATUS(status));
    return 0;
}
