// expect: einprogress-fatal
// play: listen, a accept, exit
// Its own words for the failure, and exit from a function.
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void give_up(const char *what)
{
    fprintf(stderr, "%s impossible : %s\n", what, strerror(errno));
    exit(2);
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (s == -1) give_up("socket");
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) < 0) give_up("connexion");
    if (send(s, "bonjour\n", 8, MSG_NOSIGNAL) == -1) give_up("envoi");
    close(s);
    return 0;
}
