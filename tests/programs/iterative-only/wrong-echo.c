// expect: iterative-only
// play: a connect, a send un, a expect un, b connect, b send deux, settle, a close, b expect deux, b close, interrupt
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

void echo(int fd) {
    char buf[1024];
    ssize_t r;
    while ((r = read(fd, buf, sizeof(buf))) > 0) {
        if (write(fd, buf, r) != r) return;
    }
}

int main(int argc, char **argv) {
    int on = 1;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    while (1) {
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        echo(c);
        close(c);
    }
}
