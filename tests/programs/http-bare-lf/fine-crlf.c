// expect:
// play: a connect, a send GET / HTTP/1.1\r\nHost: localhost:3001\r\nAccept: */*\r\n\r\n, a expect Bonjour, a end, a close
// The body's own lines may end as they like.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    char requete[4096], entete[200];
    char *page = "<html>\n<body>\n<h1>Bonjour</h1>\n</body>\n</html>\n";
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    recv(c, requete, sizeof requete, 0);
    int n = sprintf(entete, "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", strlen(page));
    send(c, entete, n, 0);
    send(c, page, strlen(page), 0);
    close(c);
    close(s);
    return 0;
}
