// expect: sigpipe-death client-kills-server
// play: a connect, a reset, settle, b connect, b expect 0, b reset, exit
// args: 3001
// Counts for its client until the pipe breaks, and dies of it.
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void servir(int c)
{
    char ligne[32];
    for (int i = 0; i < 1000000; i++) {
        int n = sprintf(ligne, "%d\n", i);
        if (write(c, ligne, n) < 0) {
            perror("write");
            return;
        }
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
