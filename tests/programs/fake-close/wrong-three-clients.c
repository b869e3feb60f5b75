// expect: fake-close
// allow: fd-leak request-not-read
// play: 3 times a connect, a expect bonjour\n, a close
// play: exit
// args: 3001
// Serves three clients and leaves; each « close » is only a message.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

static void fermer(int c) { printf("client %d ferme\n", c); }

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (int i = 0; i < 3; i++) {
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); return 1; }
        send(c, "bonjour\n", 8, MSG_NOSIGNAL);
        fermer(c);
    }
    close(s);
    return 0;
}
