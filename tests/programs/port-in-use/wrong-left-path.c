// expect: port-in-use
// play: exit
// A path of AF_UNIX outlives its socket: the second bind finds it.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/un.h>

static int ouvrir(void)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "guichet.sock" };
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); exit(EXIT_FAILURE); }
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) {
        perror("bind");
        close(s);
        exit(EXIT_FAILURE);
    }
    if (listen(s, 5) == -1) { perror("listen"); exit(EXIT_FAILURE); }
    return s;
}

int main(void)
{
    int matin = ouvrir();
    close(matin);
    int soir = ouvrir();
    close(soir);
    unlink("guichet.sock");
    return 0;
}
