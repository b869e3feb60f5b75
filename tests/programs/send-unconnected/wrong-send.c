// expect: send-unconnected
// allow: sigpipe-death
// play: exit
// connect was forgotten.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (send(s, "bonjour\n", 8, 0) == -1) { perror("send"); return 1; }
    close(s);
    return 0;
}
