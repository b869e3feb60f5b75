// expect:
// play: a connect, a send x, settle, a close, settle, b connect, b send y, b shutdown, b expect octet 0\n, b end, b close, interrupt
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    char ligne[32], mots[256];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    signal(SIGPIPE, SIG_IGN);
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&a, sizeof a) < 0) { perror("bind"); return 1; }
    if (listen(s, 5) < 0) { perror("listen"); return 1; }
    while (1) {
        int c = accept(s, NULL, NULL);
        if (c < 0) { perror("accept"); continue; }
        ssize_t n;
        while ((n = read(c, mots, sizeof mots)) > 0)
            ;
        for (int i = 0; i < 5; i++) {
            int len = sprintf(ligne, "octet %d\n", i);
            if (write(c, ligne, len) < 0) {
                perror("write");
                break;
            }
        }
        close(c);
    }
}
