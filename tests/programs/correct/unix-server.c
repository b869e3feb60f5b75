// expect:
// args: salon.sock
// play: 2 times a connect salon.sock, a send bonjour, a expect bonjour, a close, settle
// play: interrupt
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    strncpy(u.sun_path, argv[1], sizeof u.sun_path - 1);
    int l = socket(AF_UNIX, SOCK_STREAM, 0);
    if (l == -1) { perror("socket"); return 1; }
    if (unlink(argv[1]) == -1 && errno != ENOENT) { perror("unlink"); return 1; }
    if (bind(l, (struct sockaddr *)&u, sizeof u) == -1) { perror("bind"); return 1; }
    if (listen(l, 5) == -1) { perror("listen"); return 1; }
    for (;;) {
        char b[100];
        ssize_t n;
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        while ((n = read(c, b, sizeof b)) > 0)
            if (send(c, b, n, MSG_NOSIGNAL) == -1) break;
        close(c);
    }
}
