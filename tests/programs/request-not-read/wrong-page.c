// expect: request-not-read
// play: a connect, a send GET / HTTP/1.1\r\nHost: localhost\r\n\r\n, keys \n, a end, a close
// The browser is there before the server accepts; its request is never read.
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    const char *page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 16\r\nConnection: close\r\n\r\n<h1>Bonjour</h1>";
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    printf("Ouvrez http://localhost:3001 puis appuyez sur Entree\n");
    getchar();
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    if (send(c, page, strlen(page), MSG_NOSIGNAL) < 0) perror("send");
    close(c);
    close(s);
    return 0;
}
