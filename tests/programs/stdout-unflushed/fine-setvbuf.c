// expect:
// allow: iterative-only
// play: 40 times settle
// play: a connect, a send un, a expect un
// play: 40 times settle
// play: a close, b connect, b send deux, b expect deux, b close, exit
// args: 3001
// No buffer at all.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    char b[256];
    ssize_t n;
    setvbuf(stdout, NULL, _IONBF, 0);
    if (s == -1) { perror("socket"); return 1; }
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (int i = 0; i < 2; i++) {
        printf("client %d : j'attends... ", i + 1);
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        while ((n = recv(c, b, sizeof b, 0)) > 0)
            if (send(c, b, n, MSG_NOSIGNAL) == -1) { perror("send"); break; }
        if (n == -1) perror("recv");
        close(c);
    }
    close(s);
    return 0;
}
