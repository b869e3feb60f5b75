// expect:
// play: a connect, b connect, b send GET / HTTP/1.1\r\nHost: localhost:3001\r\nUser-Agent: navigateur\r\n\r\n, a close, b expect </html>, b end, b close
// play: c connect, c send GET /favicon.ico HTTP/1.1\r\nHost: localhost:3001\r\n\r\n, c expect 404, c end, c close, settle, interrupt
// A browser: a spare silent connection first, then the page, then its icon.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void answer(int c, const char *status, const char *body)
{
    char out[2048];
    int n = snprintf(out, sizeof out,
                     "HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                     status, strlen(body), body);
    for (int done = 0; done < n;) {
        ssize_t k = send(c, out + done, n - done, MSG_NOSIGNAL);
        if (k == -1) { perror("send"); return; }
        done += k;
    }
}

static void serve(int c)
{
    char req[4096];
    size_t len = 0;
    req[0] = '\0';
    while (len < sizeof req - 1 && !strstr(req, "\r\n\r\n")) {
        ssize_t n = recv(c, req + len, sizeof req - 1 - len, 0);
        if (n <= 0) return;
        len += n;
        req[len] = '\0';
    }
    if (strncmp(req, "GET / ", 6) == 0)
        answer(c, "200 OK", "<!doctype html>\n<html><h1>Été à Paris</h1></html>\n");
    else
        answer(c, "404 Not Found", "rien ici\n");
}

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    for (;;) {
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        serve(c);
        close(c);
    }
}
