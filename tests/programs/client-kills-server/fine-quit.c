// expect:
// play: a connect, a send un\n, a expect un\n, a close, b connect, b send quit\n, b end, exit
// args: 3001
// A client may say « quit », and the server ends: that is its protocol.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0), fini = 0;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    while (!fini) {
        char b[256];
        ssize_t n;
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        while ((n = recv(c, b, sizeof b, 0)) > 0) {
            if (n >= 4 && memcmp(b, "quit", 4) == 0) { fini = 1; break; }
            send(c, b, n, MSG_NOSIGNAL);
        }
        close(c);
    }
    close(s);
    return 0;
}
