// expect:
// play: a connect, a expect Bonjour\n, a end, a close
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 5) == -1) { perror("serveur"); exit(1); }
    int c = accept(l, NULL, NULL);
    if (c == -1) { perror("accept"); exit(1); }
    write(c, "Bonjour\n", 8);
    close(c);
    close(l);
    return 0;
}
