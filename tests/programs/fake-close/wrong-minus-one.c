// expect: fake-close
// play: a connect, b connect, a send un, b expect un, b send deux, a expect deux, a send fin, a end, b end, a close, b close
// args: 3001
// Relays between two clients until one says « fin », and « closes » both by forgetting their numbers.
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    int clients[2], fini = 0;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (int i = 0; i < 2; i++) {
        clients[i] = accept(s, NULL, NULL);
        if (clients[i] == -1) { perror("accept"); return 1; }
    }
    while (!fini) {
        struct pollfd p[2] = { { clients[0], POLLIN, 0 }, { clients[1], POLLIN, 0 } };
        if (poll(p, 2, -1) == -1) { perror("poll"); return 1; }
        for (int i = 0; i < 2; i++) {
            char b[100];
            if (!p[i].revents) continue;
            ssize_t n = recv(clients[i], b, sizeof b, 0);
            if (n <= 0 || (n >= 3 && memcmp(b, "fin", 3) == 0)) { fini = 1; break; }
            send(clients[1 - i], b, n, MSG_NOSIGNAL);
        }
    }
    clients[0] = clients[1] = -1;
    printf("clients fermes\n");
    return 0;
}
