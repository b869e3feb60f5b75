// expect:
// play: 3 times a connect, a expect Bonjour 127.0.0.1:, a end, a close
// play: settle, interrupt
// The third exercise.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(l, 16) == -1) { perror("listen"); return 1; }
    for (;;) {
        struct sockaddr_in c;
        socklen_t len = sizeof c;
        char texte[100], ip[INET_ADDRSTRLEN];
        int fd = accept(l, (struct sockaddr *)&c, &len);
        if (fd == -1) { perror("accept"); continue; }
        inet_ntop(AF_INET, &c.sin_addr, ip, sizeof ip);
        printf("client %s:%d\n", ip, ntohs(c.sin_port));
        int n = snprintf(texte, sizeof texte, "Bonjour %s:%d\n", ip, ntohs(c.sin_port));
        if (send(fd, texte, n, MSG_NOSIGNAL) == -1) perror("send");
        close(fd);
    }
}
