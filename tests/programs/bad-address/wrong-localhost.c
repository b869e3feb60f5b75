// expect: bad-address
// allow: exit-zero-after-error unchecked-setup
// play: exit
// args: localhost 3001
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in serveur;
    memset(&serveur, 0, sizeof serveur);
    serveur.sin_family = AF_INET;
    serveur.sin_port = htons(atoi(argv[2]));
    serveur.sin_addr.s_addr = inet_addr(argv[1]);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&serveur, sizeof serveur) < 0) {
        perror("bind");
        exit(1);
    }
    listen(s, 5);
    close(s);
    return 0;
}
