/* What a filter and a table of descriptors could miss. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A connected pair over TCP. */
static void connected(int pair[2]) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    bind(listener, (struct sockaddr *)&address, length);
    listen(listener, 1);
    getsockname(listener, (struct sockaddr *)&address, &length);
    pair[0] = socket(AF_INET, SOCK_STREAM, 0);
    connect(pair[0], (struct sockaddr *)&address, length);
    pair[1] = accept(listener, NULL, NULL);
    close(listener);
}

/* A child that asks not to be traced: under a filter without a tracer its socket would fail (ENOSYS). */
static void untraced(void) {
    long pid = syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) _exit(socket(AF_INET, SOCK_STREAM, 0) < 0);
    int status;
    waitpid(pid, &status, 0);
    unsigned long long arguments[8] = {CLONE_UNTRACED, 0, 0, 0, SIGCHLD};
    pid = syscall(SYS_clone3, arguments, sizeof arguments);
    if (pid == 0) _exit(socket(AF_INET, SOCK_STREAM, 0) < 0);
    int other;
    waitpid(pid, &other, 0);
    printf("%d %d %d\n", status, other, arguments[0] == CLONE_UNTRACED);
}

/* As inetd does; transfers go where no filter looks. */
static void standard(void) {
    int pair[2];
    connected(pair);
    fflush(stdout);
    int kept = dup(0);
    dup2(pair[1], 0);
    if (write(0, "hello", 5) != 5) exit(1);
    char bytes[8];
    ssize_t got = read(pair[0], bytes, sizeof bytes);
    dup2(kept, 0);
    printf("%zd\n", got);
}

static void unread(int closes) {
    int pair[2], ready = 0;
    connected(pair);
    send(pair[0], "seven..", 7, 0);
    while (ready < 7) ioctl(pair[1], FIONREAD, &ready);
    if (closes) close(pair[1]);
    printf("%d\n", ready);
}

int main(int count, char **words) {
    const char *what = count > 1 ? words[1] : "";
    if (!strcmp(what, "untraced")) untraced();
    if (!strcmp(what, "standard")) standard();
    if (!strcmp(what, "unread")) unread(1);
    if (!strcmp(what, "ending")) unread(0);
    if (!strcmp(what, "ring")) printf("%d\n", (int)syscall(SYS_io_uring_setup, 1, NULL) < 0);
    if (!strcmp(what, "registers")) {
        /* Alone, vfork and clone leave their argument registers as they were. */
        long flags = CLONE_UNTRACED | SIGCHLD, pid;
        register long fourth asm("r10") = 0;
        asm volatile("syscall" : "=a"(pid), "+D"(flags) : "a"(SYS_clone), "S"(0), "d"(0), "r"(fourth) : "rcx", "r11", "memory");
        if (pid == 0) _exit(flags != (CLONE_UNTRACED | SIGCHLD));
        int status;
        waitpid(pid, &status, 0);
        printf("%d %d\n", status, flags == (CLONE_UNTRACED | SIGCHLD));
    }
    return 0;
}
