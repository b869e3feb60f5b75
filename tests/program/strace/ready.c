/* Descriptors, and who is ready. */
#include "begin.h"

static void polls(int *pipe_fds)
{
    struct pollfd list[3] = {{pipe_fds[0], POLLIN, 0}, {pipe_fds[1], POLLOUT | POLLRDHUP, 0}, {-1, POLLIN | POLLPRI, 0}};
    struct pollfd many[70];
    struct timespec none = {0, 0}, some = {0, 2000000};
    sigset_t mask;

    poll(list, 3, 0);
    poll(list, 1, 1);
    poll(NULL, 0, 0);
    poll(NULL, 1, 0);
    poll(NOWHERE, 1, 0);
    list[0].fd = 77;
    poll(list, 1, -1);
    list[0].fd = pipe_fds[0];
    for (int i = 0; i < 70; i++)
        many[i] = (struct pollfd){-1, 0, 0};
    ppoll(list, 2, &none, NULL);
    sigemptyset(&mask);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGUSR1);
    ppoll(list, 1, &some, &mask);
}

static void selects(int *pipe_fds)
{
    fd_set in, out;
    struct timeval none = {0, 0};
    struct timespec brief = {0, 1000000};
    sigset_t mask;

    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(pipe_fds[0], &in);
    FD_SET(pipe_fds[1], &out);
    select(pipe_fds[1] + 1, &in, &out, NULL, &none);
    FD_SET(pipe_fds[0], &in);
    select(pipe_fds[0] + 1, &in, NULL, NULL, &none);
    select(0, NULL, NULL, NULL, &none);
    select(-1, NULL, NULL, NULL, &none);
    FD_SET(pipe_fds[1], &out);
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    pselect(pipe_fds[1] + 1, NULL, &out, NULL, &brief, &mask);
    FD_ZERO(&in);
    dup2(pipe_fds[0], 70);
    FD_SET(70, &in);
    select(71, &in, NULL, NULL, &none);
    close(70);
}

static void epolls(int *pipe_fds)
{
    struct epoll_event event = {.events = EPOLLOUT | EPOLLET}, events[4];
    int set = epoll_create1(EPOLL_CLOEXEC), old = epoll_create(1);
    sigset_t mask;

    epoll_create1(0x1234);
    event.data.u64 = pipe_fds[1];
    epoll_ctl(set, EPOLL_CTL_ADD, pipe_fds[1], &event);
    epoll_ctl(set, EPOLL_CTL_ADD, pipe_fds[1], &event);
    epoll_wait(set, events, 4, 0);
    event.events = EPOLLOUT | EPOLLONESHOT | EPOLLRDHUP;
    epoll_ctl(set, EPOLL_CTL_MOD, pipe_fds[1], &event);
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    epoll_pwait(set, events, 4, 0, &mask);
    epoll_pwait(set, events, 4, 0, NULL);
    epoll_ctl(set, EPOLL_CTL_DEL, pipe_fds[1], NULL);
    epoll_ctl(set, 9, pipe_fds[1], &event);
    epoll_wait(set, events, 4, 0);
    epoll_wait(set, events, 0, 0);
    epoll_wait(99, events, 1, -1);
    epoll_ctl(old, EPOLL_CTL_ADD, 99, NULL);
}

static void descriptors(int *pipe_fds)
{
    int other[2], one = 1, waiting = 0;
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 5, .l_len = 10};

    pipe2(other, O_CLOEXEC | O_NONBLOCK);
    pipe2(NOWHERE, 0);
    pipe(NOWHERE);
    int copy = dup(other[0]);
    dup2(copy, 40);
    dup3(copy, 41, O_CLOEXEC);
    dup3(copy, copy, 0);
    dup2(copy, -1);
    dup(99);
    fcntl(other[0], F_GETFL);
    fcntl(other[0], F_SETFL, O_RDWR | O_NONBLOCK);
    fcntl(other[0], F_SETFL, 0);
    fcntl(other[0], F_GETFD);
    fcntl(other[0], F_SETFD, FD_CLOEXEC);
    fcntl(other[0], F_SETFD, 0);
    fcntl(other[0], F_DUPFD, 50);
    fcntl(other[0], F_DUPFD_CLOEXEC, 60);
    fcntl(other[0], F_GETPIPE_SZ);
    fcntl(other[0], F_SETOWN, 0);
    fcntl(other[0], F_SETLK, &lock);
    fcntl(99, F_GETFL);
    ioctl(other[0], FIONBIO, &one);
    one = 0;
    ioctl(other[0], FIONBIO, &one);
    ioctl(other[0], FIONBIO, NULL);
    write(other[1], "tube", 4);
    ioctl(other[0], FIONREAD, &waiting);
    ioctl(other[0], FIONREAD, NOWHERE);
    splice(other[0], NULL, pipe_fds[1], NULL, 2, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    close_range(40, 41, 0);
    close_range(60, ~0U, CLOSE_RANGE_CLOEXEC);
    close_range(9, 8, 0);
}

static void files(void)
{
    int pair[2], file = memfd_create("fichier", 0);
    off_t start = 3;
    char buffer[20];

    ftruncate(file, 10);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    sendfile(pair[0], file, &start, 4);
    sendfile(pair[0], file, NULL, 4);
    sendfile(99, file, NULL, 4);
    read(pair[1], buffer, sizeof buffer);
}

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif

int main(void)
{
    int fds[2];

    mark();
    pipe(fds);
    polls(fds);
    selects(fds);
    epolls(fds);
    descriptors(fds);
    files();
    return 0;
}
