// expect:
// play: a connect, a send TIME\n, a expect 12:00\n, a send TI, settle, a send ME\n, a expect 12:00\n, a close
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int l = socket(AF_INET, SOCK_STREAM, 0), c;
    char line[128];
    size_t len = 0;
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 5) == -1) { perror("serveur"); return 1; }
    if ((c = accept(l, NULL, NULL)) == -1) { perror("accept"); return 1; }
    for (;;) {
        ssize_t n = recv(c, line + len, sizeof line - len, 0);
        if (n <= 0) break;
        len += n;
        char *end;
        while ((end = memchr(line, '\n', len)) != NULL) {
            *end = '\0';
            if (strcmp(line, "TIME") == 0) send(c, "12:00\n", 6, 0);
            else send(c, "?\n", 2, 0);
            size_t used = end + 1 - line;
            memmove(line, end + 1, len - used);
            len -= used;
        }
        if (len == sizeof line) break;
    }
    close(c);
    close(l);
    return 0;
}
