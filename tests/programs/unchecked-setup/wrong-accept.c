// expect: unchecked-setup
// allow: exit-zero-after-error recv-error-ignored bad-address
// faults: accept:ECONNABORTED
// play: exit
// accept failed, its -1 is used.
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    char buf[100];
    struct sockaddr_in a;
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_port = htons(3001);
    int l = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(l, (struct sockaddr *)&a, sizeof a) || listen(l, 1)) { perror("serveur"); return 1; }
    int c = accept(l, NULL, NULL);
    int n = recv(c, buf, sizeof buf - 1, 0);
    if (n >= 0) { buf[n] = '\0'; printf("reçu : %s\n", buf); }
    send(c, "merci\n", 6, MSG_NOSIGNAL);
    close(c);
    close(l);
    return 0;
}
