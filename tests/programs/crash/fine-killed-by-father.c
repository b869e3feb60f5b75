// expect:
// play: exit
// The father has waited long enough, and kills its child from outside, with the signal of a crash.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2], etat;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, p) == -1) { perror("socketpair"); return 1; }
    pid_t enfant = fork();
    if (enfant == -1) { perror("fork"); return 1; }
    if (enfant == 0) {
        char b[100];
        close(p[0]);
        ssize_t n = recv(p[1], b, sizeof b, 0);
        _exit(n == -1);
    }
    close(p[1]);
    usleep(200000);
    if (kill(enfant, SIGSEGV) == -1) { perror("kill"); return 1; }
    if (waitpid(enfant, &etat, 0) == -1) { perror("waitpid"); return 1; }
    close(p[0]);
    if (WIFSIGNALED(etat)) printf("tué par le signal %d\n", WTERMSIG(etat));
    return 0;
}
