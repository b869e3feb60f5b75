// expect: wrong-success-test
// allow: perror-after-success
// play: exit
// if (!bind(...)): 0 is success.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s < 0) { perror("socket"); return 1; }
    if (!bind(s, (struct sockaddr *)&a, sizeof a)) {
        perror("bind");
        exit(EXIT_FAILURE);
    }
    listen(s, 5);
    close(s);
    return 0;
}
