/* What a program does: getpid, a file written and read, sockets made and closed, echoes between two processes. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    long n = argc > 1 ? atol(argv[1]) : 10000;
    for (long i = 0; i < 20 * n; i++) syscall(SYS_getpid);
    char path[] = "/tmp/mixedXXXXXX", buffer[512];
    memset(buffer, 'x', sizeof buffer);
    int file = mkstemp(path);
    unlink(path);
    for (long i = 0; i < n; i++) {
        if (lseek(file, 0, SEEK_SET) || write(file, buffer, sizeof buffer) != sizeof buffer) return 1;
        if (lseek(file, 0, SEEK_SET) || read(file, buffer, sizeof buffer) != sizeof buffer) return 1;
    }
    for (long i = 0; i < n; i++) close(socket(AF_INET, SOCK_STREAM, 0));
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 5)) return 1;
    getsockname(listener, (void *)&address, &length);
    if (fork() == 0) {
        int client = accept(listener, NULL, NULL);
        for (ssize_t got; (got = recv(client, buffer, sizeof buffer, 0)) > 0;) send(client, buffer, got, 0);
        _exit(0);
    }
    int client = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(client, (void *)&address, sizeof address)) return 1;
    for (long i = 0; i < n; i++) {
        if (send(client, "bonjour", 7, 0) != 7 || recv(client, buffer, sizeof buffer, 0) != 7) return 1;
    }
    close(client);
    wait(NULL);
    return 0;
}
