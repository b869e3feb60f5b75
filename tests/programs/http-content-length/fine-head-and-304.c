// expect:
// play: a connect, a send HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n, a expect \r\n\r\n, a end, a close
// HEAD announces the length of a body that is not sent.
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    char requete[4096];
    const char *tete = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1234\r\nConnection: close\r\n\r\n";
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    if (recv(c, requete, sizeof requete, 0) > 4 && strncmp(requete, "HEAD", 4) == 0)
        send(c, tete, strlen(tete), 0);
    close(c);
    close(s);
    return 0;
}
