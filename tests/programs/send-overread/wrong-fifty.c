// expect: send-overread
// play: listen, a accept, a expect Salut, a end, exit
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

static const char salut[] = "Salut !";
static const char *autres[] = { "Une autre chaine du programme", "et encore une autre" };

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) < 0) { perror("connect"); return 1; }
    if (send(s, salut, 50, 0) == -1) { perror("send"); return 1; }
    printf("%s\n", autres[argc % 2]);
    close(s);
    return 0;
}
