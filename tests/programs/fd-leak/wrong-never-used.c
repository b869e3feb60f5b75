// expect: fd-leak
// play: 6 times a connect, a close, settle
// play: interrupt
// Counts who comes to the door, and never speaks, reads or closes.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) }, qui;
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 20)) { perror("serveur"); return 1; }
    for (int visiteurs = 1;; visiteurs++) {
        socklen_t taille = sizeof qui;
        if (accept(s, (struct sockaddr *)&qui, &taille) < 0) { perror("accept"); return 1; }
        printf("%d visiteurs, le dernier du port %d\n", visiteurs, ntohs(qui.sin_port));
        fflush(stdout);
    }
}
