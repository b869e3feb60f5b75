// expect:
// play: a connect, a send salut, a expect salut, a end, a close
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    char b[100];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    ssize_t n = recv(c, b, sizeof b, 0);
    if (n > 0) send(c, b, n, MSG_NOSIGNAL);
    close(c);
    close(s);
    return 0;
}
