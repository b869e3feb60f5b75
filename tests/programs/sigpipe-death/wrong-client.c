// expect: sigpipe-death
// play: listen, a accept, settle, a close, keys un\n, settle, keys deux\n, exit
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char ligne[100];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) < 0) { perror("connect"); return 1; }
    while (fgets(ligne, sizeof ligne, stdin))
        write(s, ligne, strlen(ligne));
    close(s);
    return 0;
}
