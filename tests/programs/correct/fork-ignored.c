// expect:
// play: a connect, a send un, a expect un, b connect, b send deux, b expect deux, a close, b close, settle, interrupt
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    struct addrinfo hints, *list, *p;
    int listener = -1, yes = 1, rv;
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    if ((rv = getaddrinfo(NULL, argv[1], &hints, &list)) != 0) {
        fprintf(stderr, "getaddrinfo: %s\n", gai_strerror(rv));
        return 1;
    }
    for (p = list; p; p = p->ai_next) {
        listener = socket(p->ai_family, p->ai_socktype, p->ai_protocol);
        if (listener == -1) continue;
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (bind(listener, p->ai_addr, p->ai_addrlen) == 0) break;
        close(listener);
    }
    freeaddrinfo(list);
    if (!p) { fprintf(stderr, "bind impossible\n"); return 2; }
    if (listen(listener, 10) == -1) { perror("listen"); return 3; }
    for (;;) {
        int c = accept(listener, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        switch (fork()) {
        case 0: {
            char b[300];
            ssize_t n;
            close(listener);
            while ((n = read(c, b, sizeof b)) > 0) {
                ssize_t done = 0;
                while (done < n) {
                    ssize_t k = write(c, b + done, n - done);
                    if (k == -1) _exit(1);
                    done += k;
                }
            }
            close(c);
            _exit(0);
        }
        case -1:
            perror("fork");
        }
        close(c);
    }
}
