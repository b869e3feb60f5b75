// expect: http-bare-lf
// play: a connect, a send GET / HTTP/1.1\r\nHost: localhost:3001\r\n\r\n, a expect </html>, a end, a close
// No empty line: the page is taken for the header.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    char requete[4096];
    char *page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n<html><body>Bonjour</body></html>\r\n";
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    recv(c, requete, sizeof requete, 0);
    send(c, page, strlen(page), 0);
    close(c);
    close(s);
    return 0;
}
