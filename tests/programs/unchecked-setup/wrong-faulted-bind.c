// expect: unchecked-setup
// allow: exit-zero-after-error
// faults: bind:EADDRINUSE
// play: settle, interrupt
// Looks right until bind fails, which --fault provokes.
#include <stdio.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int l = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    bind(l, (struct sockaddr *)&a, sizeof a);
    listen(l, 8);
    for (;;) {
        int c = accept(l, 0, 0);
        if (c < 0) { perror("accept"); return 1; }
        dprintf(c, "bonjour\n");
        close(c);
    }
}
