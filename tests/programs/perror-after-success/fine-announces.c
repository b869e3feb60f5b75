// expect:
// play: a connect, a expect salut\n, a end, a close
// Successes are announced on stderr, with the calls' names.
#include <stdio.h>
#include <stdlib.h>
#include <arpa/inet.h>
#include <unistd.h>

int main(void)
{
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return EXIT_FAILURE; }
    fprintf(stderr, "socket: ok\n");
    struct sockaddr_in a = { .sin_addr.s_addr = INADDR_ANY, .sin_family = AF_INET, .sin_port = htons(3001) };
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return EXIT_FAILURE; }
    fprintf(stderr, "bind: ok\n");
    if (listen(s, 1) == -1) { perror("listen"); return EXIT_FAILURE; }
    fprintf(stderr, "listen: j'ecoute le port 3001\n");
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return EXIT_FAILURE; }
    fprintf(stderr, "accept: un client est la\n");
    send(c, "salut\n", 6, 0);
    close(c);
    close(s);
    return EXIT_SUCCESS;
}
