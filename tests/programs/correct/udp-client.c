// expect:
// args: 127.0.0.1 3001
// play: datagrams, a expect heure ?, a send 12:00
// Waits two seconds at most.
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM }, *r;
    char b[1500];
    if (getaddrinfo(argv[1], argv[2], &hints, &r) != 0) return 1;
    int s = socket(r->ai_family, r->ai_socktype, r->ai_protocol);
    struct timeval limite = { .tv_sec = 20 };
    if (s == -1) { perror("socket"); return 1; }
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limite, sizeof limite);
    if (sendto(s, "heure ?", 7, 0, r->ai_addr, r->ai_addrlen) == -1) { perror("sendto"); return 1; }
    freeaddrinfo(r);
    ssize_t n = recvfrom(s, b, sizeof b - 1, 0, NULL, NULL);
    if (n == -1) { perror("recvfrom"); return 1; }
    b[n] = '\0';
    printf("%s\n", b);
    close(s);
    return 0;
}
