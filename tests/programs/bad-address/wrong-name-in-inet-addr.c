// expect: bad-address
// allow: exit-zero-after-error
// play: exit
// inet_addr resolves nothing: 255.255.255.255.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    a.sin_addr.s_addr = inet_addr("back.monsite.com");
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) {
        perror("connect");
        close(s);
        return 1;
    }
    write(s, "salut\n", 6);
    close(s);
    return 0;
}
