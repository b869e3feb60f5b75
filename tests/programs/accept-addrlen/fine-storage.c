// expect:
// play: 2 times a connect, a expect Bonjour 127.0.0.1\n, a end, a close, settle
// play: interrupt
// A sockaddr_storage, its size given again before each accept.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 5) == -1) { perror("serveur"); exit(1); }
    for (;;) {
        struct sockaddr_storage client;
        socklen_t len = sizeof client;
        char ip[64], texte[100];
        int c = accept(l, (struct sockaddr *)&client, &len);
        if (c == -1) { perror("accept"); exit(1); }
        inet_ntop(AF_INET, &((struct sockaddr_in *)&client)->sin_addr, ip, sizeof ip);
        snprintf(texte, sizeof texte, "Bonjour %s\n", ip);
        send(c, texte, strlen(texte), MSG_NOSIGNAL);
        close(c);
    }
}
