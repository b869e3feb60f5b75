// expect: framing-assumed
// play: a connect, a send TIME\n, a expect 12:00\n, a send TI, a expect ?\n, a send ME\n, a expect ?\n, a close
// A command is read by one recv; the same comes once whole and once in two pieces.
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int l = socket(AF_INET, SOCK_STREAM, 0), c, n;
    char cmd[64];
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 5) == -1) { perror("serveur"); return 1; }
    if ((c = accept(l, NULL, NULL)) == -1) { perror("accept"); return 1; }
    while ((n = recv(c, cmd, sizeof cmd - 1, 0)) > 0) {
        cmd[n] = 0;
        if (strcmp(cmd, "TIME\n") == 0)
            send(c, "12:00\n", 6, 0);
        else
            send(c, "?\n", 2, 0);
    }
    close(c);
    close(l);
    return 0;
}
