// expect: exit-zero-after-error
// allow: port-in-use
// play: listen, exit
// args: 3001
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); exit(0); }
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) {
        perror("ERROR on binding");
        exit(0);
    }
    listen(s, 5);
    close(s);
    return 0;
}
