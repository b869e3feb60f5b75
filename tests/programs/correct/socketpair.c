// expect:
// play: exit
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2];
    char b[64];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, p) == -1) { perror("socketpair"); return 1; }
    pid_t fils = fork();
    if (fils == -1) { perror("fork"); return 1; }
    if (fils == 0) {
        close(p[0]);
        ssize_t n = read(p[1], b, sizeof b);
        if (n > 0) write(p[1], b, n);
        close(p[1]);
        _exit(0);
    }
    close(p[1]);
    write(p[0], "ping", 4);
    ssize_t n = read(p[0], b, sizeof b - 1);
    if (n == -1) { perror("read"); return 1; }
    b[n] = '\0';
    printf("le fils dit %s\n", b);
    close(p[0]);
    waitpid(fils, NULL, 0);
    return 0;
}
