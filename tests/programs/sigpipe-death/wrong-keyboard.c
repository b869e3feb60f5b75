// expect: sigpipe-death
// allow: client-kills-server
// play: a connect, settle, a close, keys un\n, settle, keys deux\n, exit
// A server that sends what is typed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char ligne[100];
    struct sockaddr_in a;
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_port = htons(argc > 1 ? atoi(argv[1]) : 3001);
    int ecoute = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(ecoute, (struct sockaddr *)&a, sizeof a) < 0 || listen(ecoute, 1) < 0) { perror("serveur"); return 1; }
    int client = accept(ecoute, NULL, NULL);
    if (client < 0) { perror("accept"); return 1; }
    while (fgets(ligne, sizeof ligne, stdin)) {
        send(client, ligne, strlen(ligne), 0);
    }
    close(client);
    close(ecoute);
    return 0;
}
