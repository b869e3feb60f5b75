// expect: crash
// play: exit
// args: 3001
// A server that wants two arguments, gets one, and never comes to bind.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    size_t longueur = strlen(argv[2]);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    for (;;) {
        int c = accept(s, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        if (send(c, argv[2], longueur, MSG_NOSIGNAL) == -1) perror("send");
        close(c);
    }
}
