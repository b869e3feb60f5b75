// expect:
// play: exit
// A real broadcast: the option says that it is meant.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in tous = { .sin_family = AF_INET, .sin_port = htons(9999), .sin_addr.s_addr = INADDR_BROADCAST };
    int s = socket(AF_INET, SOCK_DGRAM, 0), oui = 1;
    if (setsockopt(s, SOL_SOCKET, SO_BROADCAST, &oui, sizeof oui) == -1) { perror("setsockopt"); return 1; }
    if (sendto(s, "qui est la ?", 12, 0, (struct sockaddr *)&tous, sizeof tous) == -1) {
        perror("sendto");
        close(s);
        return 1;
    }
    close(s);
    return 0;
}
