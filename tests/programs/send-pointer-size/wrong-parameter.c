// expect: send-pointer-size
// allow: send-truncated
// play: a connect, a expect Bienvenu, a end, a close
// An array given to a function is a pointer there.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

static int dire(int fd, char texte[100])
{
    return write(fd, texte, sizeof texte);
}

int main(int argc, char **argv)
{
    char texte[100];
    strcpy(texte, "Bienvenue, vous etes le premier client\n");
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 2)) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c < 0) { perror("accept"); return 1; }
    if (dire(c, texte) < 0) perror("write");
    close(c);
    close(s);
    return 0;
}
