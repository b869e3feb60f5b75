// expect:
// play: a connect, a send GET / HTTP/1.0\r\n\r\n, a expect \x7fELF, a end, a close, settle, interrupt
// Sends its own executable by sendfile.
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 16) == -1) { perror("serveur"); return 1; }
    for (;;) {
        char req[4096], head[256];
        struct stat st;
        int c = accept(l, NULL, NULL), f = open("/proc/self/exe", O_RDONLY);
        if (c == -1 || f == -1) { perror("accept"); return 1; }
        if (recv(c, req, sizeof req, 0) > 0 && fstat(f, &st) == 0) {
            int n = sprintf(head, "HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %lld\r\n\r\n", (long long)st.st_size);
            send(c, head, n, MSG_NOSIGNAL | MSG_MORE);
            off_t done = 0;
            while (done < st.st_size && sendfile(c, f, &done, st.st_size - done) > 0)
                ;
        }
        close(f);
        close(c);
    }
}
