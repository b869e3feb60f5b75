// expect: send-unconnected
// play: exit
// send on a UDP socket without a peer: EDESTADDRREQ.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (send(s, "bonjour\n", 8, 0) == -1) { perror("send"); close(s); return 1; }
    close(s);
    return 0;
}
