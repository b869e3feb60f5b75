// expect:
// play: a connect, a send moi\n, a expect bonjour moi\n, a send toi\n, a expect bonjour toi\n, a close, settle, interrupt
// Sockets as FILE: fgets and fprintf.
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    signal(SIGPIPE, SIG_IGN);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 16) == -1) { perror("serveur"); return 1; }
    for (;;) {
        char ligne[200];
        int c = accept(l, NULL, NULL);
        if (c == -1) { perror("accept"); continue; }
        FILE *in = fdopen(c, "r"), *out = fdopen(dup(c), "w");
        while (fgets(ligne, sizeof ligne, in)) {
            ligne[strcspn(ligne, "\r\n")] = '\0';
            fprintf(out, "bonjour %s\n", ligne);
            if (fflush(out) != 0) break;
        }
        fclose(out);
        fclose(in);
    }
}
