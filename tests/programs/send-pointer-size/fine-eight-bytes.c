// expect:
// play: listen, a accept, a expect bonjour\n, a end, exit
// A message of eight bytes, and it is whole.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char message[32] = "bonjour\n";
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) < 0) { perror("connect"); return 1; }
    if (send(s, message, strlen(message), 0) == -1) { perror("send"); return 1; }
    close(s);
    return 0;
}
