// expect: unchecked-setup
// allow: accept-addrlen port-in-use
// play: listen, settle, interrupt
// args: 3001
// The port is taken and nobody looks; the length that accept is given was never set either.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

struct sockaddr_in client;
socklen_t longueur;

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bind(s, (struct sockaddr *)&a, sizeof a);
    listen(s, 5);
    int c = accept(s, (struct sockaddr *)&client, &longueur);
    if (c == -1) { perror("accept"); return 1; }
    send(c, "bienvenue\n", 10, MSG_NOSIGNAL);
    close(c);
    close(s);
    return 0;
}
