// expect: bad-addrlen
// allow: exit-zero-after-error
// play: exit
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    struct sockaddr_in *a = calloc(1, sizeof *a);
    a->sin_family = AF_INET;
    a->sin_port = htons(3001);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)a, sizeof(a)) == -1) {
        perror("bind");
        close(s);
        return 1;
    }
    listen(s, 5);
    close(s);
    return 0;
}
