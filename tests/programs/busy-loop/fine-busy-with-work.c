// expect:
// play: exit
// Many small reads in a row, each of which brings something.
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2];
    char o, bloc[1000] = {0};
    long lus = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, p) == -1) { perror("socketpair"); return 1; }
    pid_t fils = fork();
    if (fils == 0) {
        close(p[0]);
        for (int i = 0; i < 20; i++)
            write(p[1], bloc, sizeof bloc);
        close(p[1]);
        _exit(0);
    }
    close(p[1]);
    while (read(p[0], &o, 1) == 1)
        lus++;
    close(p[0]);
    waitpid(fils, NULL, 0);
    printf("%ld octets\n", lus);
    return 0;
}
