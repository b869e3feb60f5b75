// expect: busy-loop
// play: spin, a connect, a expect bonjour\n, a end, a close, interrupt
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    fcntl(s, F_SETFL, O_NONBLOCK);
    while (1) {
        int c = accept(s, NULL, NULL);
        if (c == -1) {
            if (errno == EAGAIN || errno == EWOULDBLOCK) continue;
            perror("accept");
            return 1;
        }
        write(c, "bonjour\n", 8);
        close(c);
    }
}
