// expect:
// play: a connect, a send 1 2 3\n, a shutdown, a expect recu 6 octets\n, a end, a close
// The client closed its direction: it is still answered. The end is read once more by the clean-up, which is harmless.
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in moi = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    if (l < 0 || bind(l, (struct sockaddr *)&moi, sizeof moi) < 0 || listen(l, 5) < 0) { perror("serveur"); return 1; }
    int c = accept(l, NULL, NULL);
    if (c < 0) { perror("accept"); return 1; }
    char buf[64], answer[64];
    size_t total = 0;
    ssize_t n;
    while ((n = recv(c, buf, sizeof buf, 0)) > 0)
        total += n;
    int len = snprintf(answer, sizeof answer, "recu %zu octets\n", total);
    send(c, answer, len, 0);
    shutdown(c, SHUT_WR);
    recv(c, buf, sizeof buf, 0);
    close(c);
    close(l);
    return 0;
}
