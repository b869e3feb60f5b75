// expect: accept-before-listen
// allow: exit-zero-after-error unchecked-setup
// play: exit
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    bind(s, (struct sockaddr *)&a, sizeof a);
    int c = accept(s, NULL, NULL);
    listen(s, 5);
    if (c < 0) {
        perror("accept");
        exit(1);
    }
    write(c, "ok", 2);
    close(c);
    close(s);
    return 0;
}
