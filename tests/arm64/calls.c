/* What a tracer meets on aarch64: calls that have another number, another name or no number there, signals that
   interrupt calls, and a server with two mistakes. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void ring(int number) { (void)number; }

static void descriptors(void) {
    int ends[2], epoll = epoll_create(4);
    char byte = 'x';
    pipe(ends);
    dup2(ends[1], 20);
    struct pollfd one = {.fd = ends[0], .events = POLLIN};
    poll(&one, 1, 20);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    select(ends[0] + 1, &set, NULL, NULL, &(struct timeval){.tv_usec = 20000});
    epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &(struct epoll_event){.events = EPOLLIN, .data.fd = ends[0]});
    write(20, &byte, 1);
    struct epoll_event events[2];
    epoll_wait(epoll, events, 2, -1);
    read(ends[0], &byte, 1);
}

/* A stop and a continuation while poll sleeps: the kernel goes on by restart_syscall(2). */
static void stopped(void) {
    pid_t child = fork();
    if (child == 0) {
        usleep(300000);
        kill(getppid(), SIGSTOP);
        usleep(100000);
        kill(getppid(), SIGCONT);
        _exit(0);
    }
    poll(NULL, 0, 1000);
    waitpid(child, NULL, 0);
}

static void *thread(void *argument) {
    socket(AF_UNIX, SOCK_DGRAM, 0);
    return argument;
}

static void births(void) {
    pthread_t other;
    pthread_create(&other, NULL, thread, NULL);
    pthread_join(other, NULL);
    pid_t child = vfork();
    if (child == 0) {
        _exit(5);
    }
    waitpid(child, NULL, 0);
    child = syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
        shutdown(99, SHUT_RD);
        _exit(6);
    }
    int status;
    pid_t found = waitpid(child, &status, 0);
    printf("untraced %d %d\n", found == child, WEXITSTATUS(status));
}

static __attribute__((noinline)) ssize_t greet(int client) {
    return send(client, "Bienvenue\n", sizeof "Bienvenue\n", 0); /* greeting */
}

static void talk(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof here;
    bind(listener, (struct sockaddr *)&here, sizeof here);
    listen(listener, 2);
    getsockname(listener, (struct sockaddr *)&here, &length);
    pid_t child = fork();
    if (child == 0) {
        char text[64];
        close(listener);
        int own = socket(AF_INET, SOCK_STREAM, 0);
        connect(own, (struct sockaddr *)&here, sizeof here);
        while (recv(own, text, sizeof text, 0) > 0) {
        }
        close(own);
        _exit(3);
    }
    int client = accept(listener, NULL, NULL);
    greet(client);
    close(client);
    close(client); /* twice */
    close(listener);
    waitpid(child, NULL, 0);
}

int main(void) {
    struct sigaction action = {.sa_handler = ring};
    sigaddset(&action.sa_mask, SIGUSR2);
    sigaction(SIGALRM, &action, NULL);
    alarm(1);
    pause();
    descriptors();
    stopped();
    births();
    talk();
    puts("done");
    return 0;
}
