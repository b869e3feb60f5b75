// expect:
// play: listen, a accept, a end, exit
// Fixed-size binary records: integers and mostly zeros, as the protocol wants.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

struct mesure {
    uint32_t numero;
    uint32_t capteur;
    uint8_t reserve[40];
    uint32_t valeur;
};

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) < 0) { perror("connect"); return 1; }
    for (uint32_t i = 0; i < 5; i++) {
        struct mesure m = {0};
        m.numero = htonl(i);
        m.capteur = htonl(7);
        m.valeur = htonl(2000 + 13 * i);
        if (send(s, &m, sizeof m, 0) != sizeof m) { perror("send"); return 1; }
    }
    close(s);
    return 0;
}
