// expect: address-not-local
// play: exit
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    a.sin_addr.s_addr = inet_addr("192.168.10.3");
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return EXIT_FAILURE; }
    listen(s, 5);
    close(s);
    return 0;
}
