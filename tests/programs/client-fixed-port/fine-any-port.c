// expect:
// play: listen, a accept, a expect Hello, a end, exit
// Chooses its address, and leaves the port to the kernel.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in ici = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct sockaddr_in la = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &la.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&ici, sizeof ici) == -1) { perror("bind"); return 1; }
    if (connect(s, (struct sockaddr *)&la, sizeof la) == -1) { perror("connect"); return 1; }
    send(s, "Hello", 5, 0);
    close(s);
    return 0;
}
