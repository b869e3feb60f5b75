// expect: message-kills-server
// allow: iterative-only
// play: a connect, a send nom Zoe\n, a expect bonjour Zoe\n, a close, b connect, b send nom\n, b end, exit
// args: 3001
// The second client's order has no argument, and strchr says so.
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
        char b[256], reponse[300];
        ssize_t n;
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        while ((n = recv(c, b, sizeof b - 1, 0)) > 0) {
            b[n] = '\0';
            char *nom = strchr(b, ' ');
            int longueur = snprintf(reponse, sizeof reponse, "bonjour %.*s\n", (int)strcspn(nom + 1, "\n"), nom + 1);
            if (send(c, reponse, longueur, MSG_NOSIGNAL) == -1) break;
        }
        if (n == -1) perror("recv");
        close(c);
    }
}
