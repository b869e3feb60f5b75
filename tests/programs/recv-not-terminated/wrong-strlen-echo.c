// expect: recv-not-terminated
// play: a connect, a send une longue premiere ligne\n, a expect ligne\n, a send court\n, a expect court\n, a end, a close
// Sends back strlen() bytes: more than it received.
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    char tampon[200] = {0};
    struct sockaddr_in a = { AF_INET, htons(3001), { INADDR_ANY }, {0} };
    int l = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(l, (void *)&a, sizeof a) < 0 || listen(l, 3) < 0) { perror("init"); return 1; }
    int c = accept(l, NULL, NULL);
    if (c < 0) return 1;
    for (int i = 0; i < 2; i++) {
        int n = read(c, tampon, sizeof(tampon) - 1);
        if (n <= 0) break;
        write(c, tampon, strlen(tampon));
    }
    close(c);
    close(l);
    return 0;
}
