// expect:
// play: exit
// args: serveur.invalid
// The socket was made; the name does not resolve, and that is what the message says.
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct addrinfo *r, h;
    memset(&h, 0, sizeof h);
    h.ai_family = AF_INET;
    h.ai_socktype = SOCK_STREAM;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    int e = getaddrinfo(argv[1], "3001", &h, &r);
    if (e != 0) {
        fprintf(stderr, "Erreur : %s : %s\n", argv[1], gai_strerror(e));
        close(s);
        return 1;
    }
    freeaddrinfo(r);
    close(s);
    return 0;
}
