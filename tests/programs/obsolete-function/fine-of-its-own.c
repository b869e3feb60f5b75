// expect:
// play: listen, a accept, a expect x, a end, exit
// A function of the program itself that looks like one of them; and words in a string.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <unistd.h>

static const char *aide = "gethostbyname et inet_addr sont obsoletes";

static void my_bzero(void *p, size_t n) { memset(p, 0, n); }

int main(int argc, char **argv)
{
    struct sockaddr_in a;
    my_bzero(&a, sizeof a);
    a.sin_family = AF_INET;
    a.sin_port = htons(atoi(argv[2]));
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    puts(aide);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    send(s, "x", 1, 0);
    close(s);
    return 0;
}
