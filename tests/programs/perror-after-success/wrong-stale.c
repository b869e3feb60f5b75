// expect: perror-after-success
// play: listen, a accept, a expect salut, a end, exit
// A missing file earlier leaves its errno; perror("connect") then shows it, although connect worked.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    FILE *config = fopen("client.conf", "r");
    if (config) fclose(config);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    int r = connect(s, (struct sockaddr *)&a, sizeof a);
    perror("connect");
    if (r < 0) return 1;
    r = send(s, "salut", 5, 0);
    perror("send");
    if (r < 0) return 1;
    close(s);
    return 0;
}
