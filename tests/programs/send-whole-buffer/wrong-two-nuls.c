// expect: send-whole-buffer
// play: 3 times a connect, a send qui est la ?\n, a expect ici tout va bien !, a end, a close
// play: exit
// An array of twenty for a text of eighteen: two NULs leave with it.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char reponse[20] = "ici tout va bien !", b[64];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 2)) { perror("serveur"); return 1; }
    for (int i = 0; i < 3; i++) {
        int c = accept(s, NULL, NULL);
        if (c < 0) { perror("accept"); return 1; }
        if (recv(c, b, sizeof b, 0) > 0)
            send(c, reponse, sizeof reponse, MSG_NOSIGNAL);
        close(c);
    }
    close(s);
    return 0;
}
