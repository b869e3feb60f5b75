// expect:
// allow: iterative-only
// play: a connect, a expect ligne 0000, a end, a close, settle, interrupt
// args: 3001
// The same file, and as much as was read.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

/* Numbered lines: 1100 bytes. */
static int fichier(void)
{
    FILE *f = tmpfile();
    if (f == NULL) { perror("tmpfile"); exit(1); }
    for (int i = 0; i < 100; i++)
        fprintf(f, "ligne %04d\n", i * 37 % 1000);
    rewind(f);
    return fileno(f);
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    char b[256];
    ssize_t n;
    if (s == -1) { perror("socket"); return 1; }
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        int c = accept(s, NULL, NULL), f = fichier();
        if (c == -1) { perror("accept"); return 1; }
        while ((n = read(f, b, sizeof b)) > 0)
            if (send(c, b, n, MSG_NOSIGNAL) == -1) { perror("send"); break; }
        if (n == -1) perror("read");
        close(f);
        close(c);
    }
}
