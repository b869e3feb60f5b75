// expect:
// play: listen 3002, a connect, b accept, a send bonjour, b expect bonjour, b close, a end, a close
// args: 3001 3002
// A relay: its listening socket has a fixed port, its client's has none.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in ici = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    struct sockaddr_in la = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    char b[512];
    la.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int s = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&ici, sizeof ici) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    if (connect(c, (struct sockaddr *)&la, sizeof la) == -1) { perror("connect"); return 1; }
    int client = accept(s, NULL, NULL);
    if (client == -1) { perror("accept"); return 1; }
    ssize_t n = recv(client, b, sizeof b, 0);
    if (n > 0) send(c, b, n, MSG_NOSIGNAL);
    n = recv(c, b, sizeof b, 0);
    if (n > 0) send(client, b, n, MSG_NOSIGNAL);
    close(client);
    close(c);
    close(s);
    return 0;
}
