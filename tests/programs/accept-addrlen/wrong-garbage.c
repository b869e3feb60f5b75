// expect: accept-addrlen
// play: a connect, a expect Bonjour\n, a end, a close
// The course's `socklen_t len;`, made certain: what lay on the stack is 4096 here.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    struct sockaddr_in client;
    volatile socklen_t restes = 4097;
    socklen_t len = restes;
    int l = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 5) == -1) { perror("serveur"); exit(1); }
    int c = accept(l, (struct sockaddr *)&client, &len);
    if (c == -1) { perror("accept"); exit(1); }
    write(c, "Bonjour\n", 8);
    close(c);
    close(l);
    return 0;
}
