// expect: message-kills-server
// allow: single-client
// play: a connect, a send 3\n, a expect 14\n, a send 5\n, a end, exit
// args: 3001
// A table of four, an index that the client chooses, and an assertion instead of an answer.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

int main(int argc, char **argv)
{
    static const int table[] = { 11, 12, 13, 14 };
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    char b[256], reponse[32];
    ssize_t n;
    if (s == -1) { perror("socket"); return 1; }
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    while ((n = recv(c, b, sizeof b - 1, 0)) > 0) {
        b[n] = '\0';
        int i = atoi(b);
        assert(i >= 0 && i < 4);
        int longueur = snprintf(reponse, sizeof reponse, "%d\n", table[i]);
        if (send(c, reponse, longueur, MSG_NOSIGNAL) == -1) break;
    }
    if (n == -1) perror("recv");
    close(c);
    close(s);
    return 0;
}
