/* Processes, signals and time. */
#include "begin.h"

static void handler(int number) { (void)number; }

static void children(void)
{
    int status = 0;
    struct rusage usage;
    siginfo_t information;

    pid_t child = fork();
    if (child == 0)
        _exit(3);
    waitpid(child, &status, 0);
    child = fork();
    if (child == 0) {
        signal(SIGPIPE, SIG_DFL);
        kill(getpid(), SIGPIPE);
        pause();
    }
    wait(&status);
    child = vfork();
    if (child == 0)
        _exit(0);
    wait4(child, NULL, WUNTRACED, &usage);
    child = fork();
    if (child == 0)
        _exit(7);
    memset(&information, 0, sizeof information);
    waitid(P_PID, child, &information, WEXITED | WNOWAIT);
    waitpid(-1, &status, __WALL);
    waitpid(-1, &status, WNOHANG);
    waitid(P_ALL, 0, NULL, WEXITED | WNOHANG);
}

static void signals(void)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, old;

    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR1, NULL, &old);
    action.sa_handler = SIG_IGN;
    action.sa_flags = SA_NODEFER | SA_RESETHAND;
    sigaddset(&action.sa_mask, SIGCHLD);
    sigaddset(&action.sa_mask, SIGTERM);
    sigaction(SIGPIPE, &action, &old);
    sigaction(SIGKILL, &action, NULL);
    signal(SIGPIPE, SIG_DFL);
    kill(getpid(), SIGUSR1);
    kill(getpid(), 0);
    kill(0x3fffffff, SIGTERM);
    kill(getpid(), 99);
}

static void times(void)
{
    struct timespec brief = {0, 2000000}, left = {9, 9}, past = {1, 0};
    struct itimerval timer = {{0, 50000}, {0, 50000}}, never = {{0, 0}, {0, 0}}, old;
    struct sigaction action = {.sa_handler = handler};

    nanosleep(&brief, NULL);
#ifdef __LP64__
    /* Elsewhere the C library reads it itself. */
    nanosleep(NOWHERE, NULL);
#endif
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, NULL);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
    /* Again and again: a signal that comes too early is followed by another one. */
    pause();
    setitimer(ITIMER_REAL, &never, NULL);
    setitimer(ITIMER_PROF, &never, &old);
    setitimer(9, &never, NULL);
    alarm(100);
    alarm(0);
    brief.tv_nsec = -1;
    nanosleep(&brief, &left);
}

int main(void)
{
    mark();
    children();
    signals();
    times();
    return 0;
}
