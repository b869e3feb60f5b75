// expect: port-in-use
// play: listen, exit
// args: 3001
// Another server has the port: nobody's mistake, and the program says it.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) {
        perror("bind");
        close(s);
        return EXIT_FAILURE;
    }
    listen(s, 5);
    close(s);
    return 0;
}
