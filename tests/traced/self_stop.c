/* A child stops itself; its parent sees it, and lets it go on. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int status;
    pid_t child = fork();
    if (child == 0) {
        raise(SIGSTOP);
        _exit(7);
    }
    waitpid(child, &status, WUNTRACED);
    printf("stopped %d by %d\n", WIFSTOPPED(status), WSTOPSIG(status));
    fflush(stdout);
    kill(child, SIGCONT);
    waitpid(child, &status, 0);
    printf("resumed %d\n", WEXITSTATUS(status));
    return 0;
}
