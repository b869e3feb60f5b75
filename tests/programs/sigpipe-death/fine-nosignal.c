// expect:
// play: a connect, settle, a close, keys un\n, settle, keys deux\n, exit
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char ligne[100];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int ecoute = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(ecoute, (struct sockaddr *)&a, sizeof a) < 0 || listen(ecoute, 1) < 0) { perror("serveur"); return 1; }
    int client = accept(ecoute, NULL, NULL);
    if (client < 0) { perror("accept"); return 1; }
    while (fgets(ligne, sizeof ligne, stdin)) {
        if (send(client, ligne, strlen(ligne), MSG_NOSIGNAL) < 0) {
            if (errno == EPIPE) fprintf(stderr, "le client est parti\n");
            else perror("send");
            break;
        }
    }
    close(client);
    close(ecoute);
    return 0;
}
