/* Real-time signals with their values, a handler that interrupts, one that restarts, an ignored one. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int count, value, pipe_end;

static void on_real_time(int number, siginfo_t *information, void *context) {
    (void)number, (void)context;
    count++;
    value += information->si_value.sival_int;
}

static void on_alarm(int number) {
    (void)number;
    if (pipe_end) write(pipe_end, "x", 1);
}

static void alarm_with(int flags) {
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval timer = {.it_value.tv_usec = 50000};
    setitimer(ITIMER_REAL, &timer, NULL);
}

int main(void) {
    struct sigaction action = {.sa_sigaction = on_real_time, .sa_flags = SA_SIGINFO};
    sigaction(SIGRTMIN + 3, &action, NULL);
    for (int i = 1; i <= 3; i++) sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = i});
    printf("%d %d\n", count, value);
    int ends[2];
    char byte;
    pipe(ends);
    alarm_with(0);
    int got = read(ends[0], &byte, 1);
    printf("%d %s\n", got, strerror(errno));
    pipe_end = ends[1];
    alarm_with(SA_RESTART);
    got = read(ends[0], &byte, 1);
    printf("%d %c\n", got, byte);
    signal(SIGPIPE, SIG_IGN);
    close(ends[0]);
    got = write(ends[1], "x", 1);
    printf("%d %s\n", got, strerror(errno));
    return 0;
}
