// expect: fake-close
// allow: fd-leak
// play: 3 times a connect, a send un, a expect un, a close
// play: exit
// args: 3001
// A client is « closed » by forgetting its number.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    int clients[3];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (int i = 0; i < 3; i++) {
        char b[100];
        ssize_t n;
        clients[i] = accept(s, NULL, NULL);
        if (clients[i] == -1) { perror("accept"); return 1; }
        while ((n = recv(clients[i], b, sizeof b, 0)) > 0)
            send(clients[i], b, n, MSG_NOSIGNAL);
        clients[i] = -1;
    }
    return 0;
}
