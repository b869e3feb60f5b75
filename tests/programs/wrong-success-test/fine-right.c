// expect:
// play: a connect, a expect ok, a end, a close
// Zero is success for bind and listen; a descriptor is 0 or more.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s >= 0 && !bind(s, (struct sockaddr *)&a, sizeof a) && !listen(s, 3)) {
        int c = accept(s, NULL, NULL);
        if (c >= 0) {
            write(c, "ok", 2);
            close(c);
            close(s);
            return 0;
        }
    }
    perror("serveur");
    return 1;
}
