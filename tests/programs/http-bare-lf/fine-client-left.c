// expect:
// play: a connect, a send GET /heure HTTP/1.1\r\nHost: localhost\r\n\r\n, a expect HTTP/1.1 200 OK\r\n, a close, settle, said le client est parti
// play: b connect, b send GET /heure HTTP/1.1\r\nHost: localhost\r\n\r\n, b expect midi, b end, b close, settle, interrupt
// The header goes line by line; a client that left does not get its end.
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

static const char *lignes[] = {
    "HTTP/1.1 200 OK\r\n", "Content-Type: text/plain\r\n", "Content-Language: fr\r\n", "Cache-Control: no-store\r\n",
    "Content-Length: 4\r\n", "Connection: close\r\n", "\r\n", "midi",
};

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        char requete[2048] = "";
        size_t lu = 0;
        ssize_t n;
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        while (lu < sizeof requete - 1 && (n = recv(c, requete + lu, sizeof requete - 1 - lu, 0)) > 0) {
            lu += n;
            requete[lu] = '\0';
            if (strstr(requete, "\r\n\r\n")) break;
        }
        for (size_t i = 0; i < sizeof lignes / sizeof *lignes; i++) {
            if (send(c, lignes[i], strlen(lignes[i]), MSG_NOSIGNAL) == -1) {
                printf("le client est parti\n");
                fflush(stdout);
                break;
            }
            usleep(200000);
        }
        close(c);
    }
}
