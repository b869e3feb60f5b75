// expect: http-content-length
// play: a connect, a send GET /photo HTTP/1.1\r\nHost: localhost\r\n\r\n, settle, a end, a close, settle, interrupt
// Eight million bytes on a socket that does not block: the first EAGAIN is taken for the end.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

#define TAILLE 8000000

static char page[TAILLE + 200];

int main(void)
{
    char requete[4096];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    size_t total = sprintf(page, "HTTP/1.1 200 OK\r\nContent-Type: image/x-portable-graymap\r\n"
                                 "Content-Length: %d\r\nConnection: close\r\n\r\n", TAILLE);
    memset(page + total, 'g', TAILLE);
    total += TAILLE;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        size_t fait = 0;
        ssize_t n;
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        if (recv(c, requete, sizeof requete, 0) > 0) {
            fcntl(c, F_SETFL, O_NONBLOCK);
            while (fait < total && (n = send(c, page + fait, total - fait, MSG_NOSIGNAL)) > 0)
                fait += n;
            if (n == -1 && errno != EAGAIN) perror("send");
        }
        close(c);
    }
}
