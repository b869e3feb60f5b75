// expect: http-status-line
// play: a connect, a send GET / HTTP/1.1\r\nHost: localhost\r\n\r\n, a expect Bonjour, a end, a close
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    char requete[4096];
    const char *page = "HTTP/1.1 OK 200\r\nContent-Type: text/plain\r\nContent-Length: 8\r\nConnection: close\r\n\r\nBonjour\n";
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    if (recv(c, requete, sizeof requete, 0) > 0)
        send(c, page, strlen(page), 0);
    close(c);
    close(s);
    return 0;
}
