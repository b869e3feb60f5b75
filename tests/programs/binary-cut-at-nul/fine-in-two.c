// expect:
// allow: iterative-only
// play: a connect, a send \x89PNG\r\n\x1a\n\0\0\0\rIHDR, a expect \x89PNG\r\n\x1a\n\0\0\0\rIHDR, a shutdown, a end, a close, settle, interrupt
// args: 3001
// In two pieces: the signature, which is as long as what stands before the first zero, then all the rest.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        char b[1024];
        ssize_t n;
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        while ((n = recv(c, b, sizeof b, 0)) > 0) {
            ssize_t debut = n < 8 ? n : 8;
            if (send(c, b, debut, MSG_NOSIGNAL) == -1) { perror("send"); break; }
            if (n > debut && send(c, b + debut, n - debut, MSG_NOSIGNAL) == -1) { perror("send"); break; }
        }
        if (n == -1) perror("recv");
        close(c);
    }
}
