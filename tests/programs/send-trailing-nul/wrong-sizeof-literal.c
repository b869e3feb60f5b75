// expect: send-trailing-nul
// play: a connect, a expect Bienvenue sur le serveur\n, a end, a close
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

#define ACCUEIL "Bienvenue sur le serveur\n"

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 2)) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c < 0) { perror("accept"); return 1; }
    write(c, ACCUEIL, sizeof ACCUEIL);
    close(c);
    close(s);
    return 0;
}
