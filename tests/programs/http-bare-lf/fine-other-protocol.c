// expect:
// play: a connect, a send GETTER alpha\n, a expect alpha=1\n\n, a close
// A protocol of one's own, with lines in LF, that speaks of HTTP and of GETTER.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    char ligne[200];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    FILE *f = fdopen(c, "r+");
    while (fgets(ligne, sizeof ligne, f)) {
        char cle[100];
        if (sscanf(ligne, "GETTER %99s", cle) == 1)
            dprintf(c, "%s=1\n\n", cle);
        else
            dprintf(c, "ceci n'est pas un serveur HTTP/1.1\n\n");
    }
    fclose(f);
    close(s);
    return 0;
}
