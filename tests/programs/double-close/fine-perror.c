// expect:
// allow: connection-refused
// play: exit
// perror() copies and closes a descriptor of its own; a close of -1 closes nothing.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int essai = 0; essai < 3; essai++) {
        int s = socket(AF_INET, SOCK_STREAM, 0);
        if (s == -1) { perror("socket"); return 1; }
        if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) perror("connect");
        close(s);
    }
    int client = -1;
    close(client);
    return 1;
}
