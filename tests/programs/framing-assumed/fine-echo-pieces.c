// expect:
// play: a connect, a send bon, a expect bon, a send jour\n, a expect jour\n, a close
// An echo may answer piece by piece.
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int l = socket(AF_INET, SOCK_STREAM, 0), c, n;
    char b[32];
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 5) == -1) { perror("serveur"); return 1; }
    if ((c = accept(l, NULL, NULL)) == -1) { perror("accept"); return 1; }
    while ((n = read(c, b, sizeof b)) > 0)
        if (write(c, b, n) != n) break;
    close(c);
    close(l);
    return 0;
}
