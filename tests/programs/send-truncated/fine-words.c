// expect:
// play: listen, a accept, a expect un deux trois\n, a end, exit
// One text sent word by word, whole at the end.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    const char *texte = "un deux trois\n";
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) < 0) { perror("connect"); return 1; }
    for (const char *p = texte; *p;) {
        size_t n = strcspn(p, " ") + 1;
        if (n > strlen(p)) n = strlen(p);
        if (send(s, p, n, 0) == -1) { perror("send"); return 1; }
        p += n;
    }
    close(s);
    return 0;
}
