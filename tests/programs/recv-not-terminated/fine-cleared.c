// expect:
// play: a connect, a send une longue premiere ligne\n, a expect ligne\n, a send court\n, a expect court\n, a send longue\n, a expect longue\n, a close
// The buffer is cleared before each receive, and the same words come back later: nothing foreign in it.
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    char tampon[200];
    struct sockaddr_in a = { AF_INET, htons(3001), { INADDR_ANY }, {0} };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(l, (void *)&a, sizeof a) < 0 || listen(l, 3) < 0) { perror("init"); return 1; }
    int c = accept(l, NULL, NULL);
    if (c < 0) return 1;
    while (memset(tampon, 0, sizeof tampon), read(c, tampon, sizeof(tampon) - 1) > 0)
        write(c, tampon, strlen(tampon));
    close(c);
    close(l);
    return 0;
}
