// expect:
// play: datagrams, a expect Brest, a expect pluie, a expect Clermont-Ferrand, a expect grand soleil, a expect Pau, a expect neige, exit
// Datagrams of a fixed size: two texts, each padded with NULs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

struct bulletin {
    char ville[24];
    char temps[16];
};

int main(int argc, char **argv)
{
    static const char *villes[] = { "Brest", "Clermont-Ferrand", "Pau" };
    static const char *temps[] = { "pluie", "grand soleil", "neige" };
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    for (int i = 0; i < 3; i++) {
        struct bulletin b;
        memset(&b, 0, sizeof b);
        snprintf(b.ville, sizeof b.ville, "%s", villes[i]);
        snprintf(b.temps, sizeof b.temps, "%s", temps[i]);
        if (sendto(s, &b, sizeof b, 0, (struct sockaddr *)&a, sizeof a) == -1) { perror("sendto"); return 1; }
    }
    close(s);
    return 0;
}
