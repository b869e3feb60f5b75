// expect: missing-socket
// play: exit
// Two sockets tell which address is ours and are closed; the third was never made: its variable holds anything.
#include <stdio.h>
#include <unistd.h>
#include <arpa/inet.h>

/* What a variable that was never set may hold. */
#define N_IMPORTE_QUOI (-1431655766)

static int notre_adresse(const char *vers)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    socklen_t taille = sizeof a;
    char nous[INET_ADDRSTRLEN];
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    inet_pton(AF_INET, vers, &a.sin_addr);
    if (s == -1 || connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return -1; }
    if (getsockname(s, (struct sockaddr *)&a, &taille) == -1) { perror("getsockname"); return -1; }
    inet_ntop(AF_INET, &a.sin_addr, nous, sizeof nous);
    printf("vers %s, par %s\n", vers, nous);
    close(s);
    return 0;
}

int main(void)
{
    int prise = N_IMPORTE_QUOI;
    if (notre_adresse("127.0.0.1") == -1 || notre_adresse("127.0.0.2") == -1) return 1;
    if (send(prise, "bonjour", 7, MSG_NOSIGNAL) == -1) {
        perror("send");
        return 1;
    }
    close(prise);
    return 0;
}
