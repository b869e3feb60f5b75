// expect:
// args: localhost
// play: exit
// The fourth exercise: no socket of its own.
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list;
    int e = getaddrinfo(argv[1], NULL, &hints, &list);
    if (e != 0) { fprintf(stderr, "%s: %s\n", argv[1], gai_strerror(e)); return 1; }
    for (struct addrinfo *p = list; p; p = p->ai_next) {
        char ip[NI_MAXHOST];
        if (getnameinfo(p->ai_addr, p->ai_addrlen, ip, sizeof ip, NULL, 0, NI_NUMERICHOST) == 0)
            puts(ip);
    }
    freeaddrinfo(list);
    return 0;
}
