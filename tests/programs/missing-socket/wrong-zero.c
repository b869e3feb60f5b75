// expect: missing-socket
// allow: unchecked-setup exit-zero-after-error
// play: exit
// A global descriptor is 0 at the start: the keyboard is no socket.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int serveur;

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    if (bind(serveur, (struct sockaddr *)&a, sizeof a) == -1) {
        perror("bind");
        exit(EXIT_FAILURE);
    }
    listen(serveur, 5);
    return 0;
}
