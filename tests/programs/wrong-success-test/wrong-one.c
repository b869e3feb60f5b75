// expect: wrong-success-test
// allow: perror-after-success
// play: listen, exit
// connect never returns 1.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s < 0) { perror("socket"); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) != 1) {
        fprintf(stderr, "Erreur : connexion impossible\n");
        close(s);
        exit(1);
    }
    send(s, "x", 1, 0);
    close(s);
    return 0;
}
