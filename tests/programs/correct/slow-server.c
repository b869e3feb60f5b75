// expect:
// play: a connect, a send x, a expect fini\n, a end, a close
// A second of work: slow, not silent.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char o;
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 16) == -1) { perror("serveur"); return 1; }
    int c = accept(l, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    if (recv(c, &o, 1, 0) == 1) {
        sleep(1);
        send(c, "fini\n", 5, MSG_NOSIGNAL);
    }
    close(c);
    close(l);
    return 0;
}
