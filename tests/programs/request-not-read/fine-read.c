// expect:
// play: 2 times a connect, a send GET / HTTP/1.1\r\n, settle, a send Host: localhost\r\n\r\n, a expect ok, a end, a close, settle
// play: interrupt
// Reads the whole header, however it comes.
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    const char *page = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        char requete[4096] = "";
        size_t lu = 0;
        ssize_t n;
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        while (lu < sizeof requete - 1 && (n = recv(c, requete + lu, sizeof requete - 1 - lu, 0)) > 0) {
            lu += n;
            requete[lu] = '\0';
            if (strstr(requete, "\r\n\r\n")) break;
        }
        send(c, page, strlen(page), MSG_NOSIGNAL);
        close(c);
    }
}
