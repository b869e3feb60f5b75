// expect: obsolete-function
// args: localhost 3001
// play: listen, a accept, a expect x, a end, exit
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct hostent *h = gethostbyname(argv[1]);
    if (h == NULL) { herror("gethostbyname"); return 1; }
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    memcpy(&a.sin_addr, h->h_addr_list[0], h->h_length);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    send(s, "x", 1, 0);
    close(s);
    return 0;
}
