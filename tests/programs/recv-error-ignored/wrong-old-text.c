// expect: recv-error-ignored
// allow: recv-not-terminated single-client
// play: a connect, a send bonjour, settle, a reset, exit
// Prints the text of the message before, as if it had come again.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    char b[100] = "";
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 5) == -1) { perror("serveur"); exit(1); }
    int c = accept(l, 0, 0);
    if (c == -1) { perror("accept"); exit(1); }
    for (int i = 0; i < 2; i++) {
        recv(c, b, sizeof b - 1, 0);
        printf("Message %d : %s\n", i, b);
        fflush(stdout);
    }
    close(c);
    close(l);
    return 0;
}
