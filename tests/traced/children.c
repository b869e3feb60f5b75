/* Children that end in every way, by fork and vfork. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void told(pid_t pid) {
    int status;
    waitpid(pid, &status, 0);
    printf("%d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    fflush(stdout);
}

int main(void) {
    for (int i = 0; i < 4; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            if (i == 2) raise(SIGKILL);
            if (i == 3) raise(SIGTERM);
            _exit(i);
        }
        told(pid);
    }
    pid_t pid = vfork();
    if (pid == 0) _exit(9);
    told(pid);
    return 4;
}
