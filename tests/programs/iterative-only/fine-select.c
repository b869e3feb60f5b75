// expect:
// play: 3 times a connect, a send bonjour\n, a expect BONJOUR\n, a close, settle
// play: interrupt
// The clients happen to come one after the other; select would have served them together.
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/select.h>

#define CLIENTS 10

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1, clients[CLIENTS], n = 0;
    char b[256];
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        fd_set prets;
        int max = s;
        FD_ZERO(&prets);
        if (n < CLIENTS) FD_SET(s, &prets);
        for (int i = 0; i < n; i++) {
            FD_SET(clients[i], &prets);
            if (clients[i] > max) max = clients[i];
        }
        if (select(max + 1, &prets, NULL, NULL, NULL) == -1) { perror("select"); return 1; }
        for (int i = n - 1; i >= 0; i--) {
            if (!FD_ISSET(clients[i], &prets)) continue;
            ssize_t lus = recv(clients[i], b, sizeof b, 0);
            for (ssize_t k = 0; k < lus; k++) b[k] = toupper((unsigned char)b[k]);
            if (lus > 0 && send(clients[i], b, lus, MSG_NOSIGNAL) == lus) continue;
            close(clients[i]);
            clients[i] = clients[--n];
        }
        if (FD_ISSET(s, &prets)) {
            int c = accept(s, NULL, NULL);
            if (c == -1) perror("accept");
            else clients[n++] = c;
        }
    }
}
