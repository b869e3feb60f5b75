// expect:
// play: a connect, a send un, a expect un, a end, a close
// A copy made by fdopen(dup()) lives on after the close of the first.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    char b[100];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    ssize_t n = recv(c, b, sizeof b, 0);
    FILE *f = fdopen(dup(c), "w");
    close(c);
    fwrite(b, 1, n, f);
    fclose(f);
    close(s);
    return 0;
}
