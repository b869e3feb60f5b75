// expect:
// play: listen, a accept, a expect x, a end, exit
#include <stdio.h>
#include <stdlib.h>
#include <arpa/inet.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char texte[INET_ADDRSTRLEN];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) return 1;
    printf("vers %s\n", inet_ntop(AF_INET, &a.sin_addr, texte, sizeof texte));
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    send(s, "x", 1, 0);
    close(s);
    return 0;
}
