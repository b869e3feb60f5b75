// expect: no-reuseaddr
// play: a connect, a expect Salut\n, a end, a close
// The option is set, but after bind: it comes too late.
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *what) { perror(what); exit(EXIT_FAILURE); }

int main(int argc, char *argv[])
{
    int port = argc > 1 ? atoi(argv[1]) : 3001, on = 1;
    struct sockaddr_in me;
    int s = socket(PF_INET, SOCK_STREAM, 0);
    if (s < 0) die("socket");
    memset(&me, 0, sizeof(me));
    me.sin_family = AF_INET;
    me.sin_addr.s_addr = htonl(INADDR_ANY);
    me.sin_port = htons(port);
    if (bind(s, (struct sockaddr *)&me, sizeof(me)) < 0) die("bind");
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (listen(s, 10) < 0) die("listen");
    int c = accept(s, NULL, NULL);
    if (c < 0) die("accept");
    if (send(c, "Salut\n", 6, MSG_NOSIGNAL) < 0) die("send");
    close(c);
    close(s);
    return EXIT_SUCCESS;
}
