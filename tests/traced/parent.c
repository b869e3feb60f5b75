/* Does something to its parent, or never ends. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <unistd.h>

static void forever(void) {
    for (;;) pause();
}

int main(int count, char **words) {
    const char *what = count > 1 ? words[1] : "";
    if (!strcmp(what, "kill")) {
        if (fork() == 0) forever();
        kill(getppid(), SIGKILL);
        forever();
    }
    if (!strcmp(what, "stop")) {
        kill(getppid(), SIGSTOP);
        puts("after");
    }
    if (!strcmp(what, "trace")) {
        long result = ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
        printf("%ld %s\n", result, strerror(errno));
        result = ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        printf("%ld %s\n", result, strerror(errno));
    }
    if (!strcmp(what, "stay")) {
        signal(SIGTERM, SIG_IGN);
        signal(SIGINT, SIG_IGN);
        if (fork() == 0) {
            setsid();
            if (fork() == 0) forever();
            _exit(0);
        }
        puts("ready");
        fflush(stdout);
        forever();
    }
    if (!strcmp(what, "busy")) {
        signal(SIGINT, SIG_IGN);
        puts("ready");
        fflush(stdout);
        fork();
        for (;;) close(-1);
    }
    return 0;
}
