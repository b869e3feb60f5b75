// expect:
// play: exit
// A socket made by the parent, used by the program that it executes.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char b[32];
    if (argc == 2) {
        int fd = atoi(argv[1]);
        return send(fd, "de l'enfant", 11, MSG_NOSIGNAL) == 11 ? 0 : 1;
    }
    int paire[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, paire) == -1) { perror("socketpair"); return 1; }
    pid_t p = fork();
    if (p == 0) {
        char numero[12];
        close(paire[0]);
        snprintf(numero, sizeof numero, "%d", paire[1]);
        execl("/proc/self/exe", argv[0], numero, NULL);
        _exit(127);
    }
    close(paire[1]);
    ssize_t n = recv(paire[0], b, sizeof b, 0);
    if (n > 0) printf("%.*s\n", (int)n, b);
    close(paire[0]);
    waitpid(p, NULL, 0);
    return 0;
}
