// expect: sigpipe-death
// allow: client-kills-server single-client
// play: a connect, a send un deux trois\n, settle, a close
// Reads the client's words until its end, then answers line by line: the client is gone already.
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void servir(int c)
{
    char ligne[32], mots[256];
    ssize_t n;
    int total = 0;
    while ((n = read(c, mots, sizeof mots)) > 0)
        total += n;
    for (int i = 0; i < total; i++) {
        int len = sprintf(ligne, "octet %d\n", i);
        write(c, ligne, len);
    }
}

int main(int argc, char *argv[])
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) < 0) { perror("bind"); return 1; }
    if (listen(s, 5) < 0) { perror("listen"); return 1; }
    while (1) {
        int c = accept(s, NULL, NULL);
        if (c < 0) { perror("accept"); continue; }
        servir(c);
        close(c);
    }
}
