// expect: perror-after-success
// play: a connect, a expect salut\n, a end, a close
// The test is the wrong way round: the failure is announced of an accept that worked, which is then used.
#include <stdio.h>
#include <stdlib.h>
#include <arpa/inet.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (s == -1) { perror("socket"); return EXIT_FAILURE; }
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return EXIT_FAILURE; }
    if (listen(s, 1) == -1) { perror("listen"); return EXIT_FAILURE; }
    int c = accept(s, NULL, NULL);
    if (c != -1)
        fputs("Accepting Failed\n", stderr);
    if (send(c, "salut\n", 6, MSG_NOSIGNAL) == -1) { perror("send"); return EXIT_FAILURE; }
    close(c);
    close(s);
    return EXIT_SUCCESS;
}
