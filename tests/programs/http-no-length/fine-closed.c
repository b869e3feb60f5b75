// expect:
// play: 2 times a connect, a send GET / HTTP/1.1\r\nHost: localhost\r\n\r\n, a expect </html>, a end, a close, settle
// play: interrupt
// The end of the connection is the end of the page.
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    char requete[4096];
    const char *page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>Bonjour</html>";
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        if (recv(c, requete, sizeof requete, 0) > 0)
            send(c, page, strlen(page), MSG_NOSIGNAL);
        close(c);
    }
}
