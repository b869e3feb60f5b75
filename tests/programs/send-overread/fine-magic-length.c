// expect:
// play: listen, a accept, a expect DIRE\0\0\0\x09bonsoir !, a send ok\n, a expect DIRE\0\0\0\x0aa demain !, a send ok\n
// play: a expect DIRE\0\0\0\x04fini, a send ok\n, a end, a close
// Four letters, the length in network order, the text. Lengths 9 and 10 look like a tab and an end of line.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

static int dire(int s, const char *texte)
{
    char message[128], ok[3];
    uint32_t longueur = htonl(strlen(texte));
    size_t total = 8 + strlen(texte);
    memcpy(message, "DIRE", 4);
    memcpy(message + 4, &longueur, 4);
    memcpy(message + 8, texte, strlen(texte));
    if (send(s, message, total, MSG_NOSIGNAL) != (ssize_t)total) { perror("send"); return -1; }
    return recv(s, ok, sizeof ok, MSG_WAITALL) == sizeof ok && memcmp(ok, "ok\n", 3) == 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1 || connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (dire(s, "bonsoir !") == -1 || dire(s, "a demain !") == -1 || dire(s, "fini") == -1) return 1;
    close(s);
    return 0;
}
