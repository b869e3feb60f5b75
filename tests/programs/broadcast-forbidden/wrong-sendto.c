// expect: broadcast-forbidden
// args: 127.255.255.255 3001
// play: exit
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { fputs("adresse\n", stderr); return 1; }
    if (sendto(s, "qui est la ?", 12, 0, (struct sockaddr *)&a, sizeof a) == -1) {
        perror("sendto");
        close(s);
        return 1;
    }
    close(s);
    return 0;
}
