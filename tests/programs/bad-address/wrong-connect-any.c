// expect: bad-address
// play: listen, a accept, a expect salut\n, a end, exit
// Connects to INADDR_ANY: works on Linux only.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001), .sin_addr.s_addr = INADDR_ANY };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    write(s, "salut\n", 6);
    close(s);
    return 0;
}
