// expect: both-receive
// play: deadlock, interrupt
// Both sides in one program, by fork: the father's reply was forgotten.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    char b[100];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 1) == -1) { perror("serveur"); return 1; }
    if (fork() == 0) {
        close(l);
        a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int s = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); exit(1); }
        send(s, "bonjour", 7, 0);
        recv(s, b, sizeof b, 0);
        close(s);
        exit(0);
    }
    int c = accept(l, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    recv(c, b, sizeof b, 0);
    recv(c, b, sizeof b, 0);
    send(c, "salut", 5, 0);
    close(c);
    close(l);
    return 0;
}
