// expect: accept-before-listen
// allow: exit-zero-after-error
// play: exit
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); close(s); return 1; }
    write(c, "ok", 2);
    close(c);
    close(s);
    return 0;
}
