// expect:
// play: exit
// Asks whether its input is a socket: the failure is the answer.
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int type;
    socklen_t len = sizeof type;
    if (getsockopt(0, SOL_SOCKET, SO_TYPE, &type, &len) == -1 && errno == ENOTSOCK)
        printf("l'entree n'est pas un socket\n");
    else
        printf("l'entree est un socket\n");
    return 0;
}
