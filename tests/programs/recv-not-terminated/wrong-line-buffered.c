// expect: recv-not-terminated
// play: a connect, a send il fait beau ce matin\n, a expect vu\n, a send oui\n, a expect vu\n, a send non\n, a expect vu\n, a close
// As on a terminal, each line of the output leaves when it ends, the old ones too.
#include <arpa/inet.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    char ligne[200] = "";
    struct sockaddr_in a = { AF_INET, htons(3001), { INADDR_ANY }, {0} };
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setlinebuf(stdout);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (void *)&a, sizeof a) < 0 || listen(l, 3) < 0) { perror("init"); return 1; }
    int c = accept(l, NULL, NULL);
    if (c < 0) { perror("accept"); return 1; }
    while (recv(c, ligne, sizeof ligne - 1, 0) > 0) {
        printf("%s", ligne);
        send(c, "vu\n", 3, MSG_NOSIGNAL);
    }
    close(c);
    close(l);
    return 0;
}
