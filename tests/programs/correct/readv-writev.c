// expect:
// play: a connect, a send ENTETEcorps, a expect corpsENTETE, a close
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 16) == -1) { perror("serveur"); return 1; }
    int c = accept(l, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    char tete[6], corps[100];
    struct iovec in[2] = { { tete, sizeof tete }, { corps, sizeof corps } };
    ssize_t n;
    while ((n = readv(c, in, 2)) > 6) {
        struct iovec out[2] = { { corps, n - 6 }, { tete, 6 } };
        if (writev(c, out, 2) != n) break;
    }
    close(c);
    close(l);
    return 0;
}
