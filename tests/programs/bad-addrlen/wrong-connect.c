// expect: bad-addrlen
// allow: exit-zero-after-error
// play: listen, exit
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

static int connexion(int s, struct sockaddr_in *adresse)
{
    return connect(s, (struct sockaddr *)adresse, sizeof(adresse));
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connexion(s, &a) != 0) {
        perror("connect");
        return EXIT_FAILURE;
    }
    close(s);
    return 0;
}
