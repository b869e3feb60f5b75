// expect: send-truncated
// play: 2 times a connect, a expect Bienvenue sur mon serv, a end, a close, settle
// play: interrupt
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char *msg = "Bienvenue sur mon serveur !\n";
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 2)) { perror("serveur"); return 1; }
    for (;;) {
        int c = accept(s, NULL, NULL);
        if (c < 0) { perror("accept"); return 1; }
        write(c, msg, 22);
        close(c);
    }
}
