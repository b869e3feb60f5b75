// expect: accept-addrlen
// play: a connect, a expect Bonjour 0.0.0.0, a end, a close
// The length is 0: nothing is written in the address, and the program prints it.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    struct sockaddr_in client = {0};
    socklen_t len = 0;
    char texte[80];
    int l = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 5) == -1) { perror("serveur"); exit(1); }
    int c = accept(l, (struct sockaddr *)&client, &len);
    if (c == -1) { perror("accept"); exit(1); }
    snprintf(texte, sizeof texte, "Bonjour %s\n", inet_ntoa(client.sin_addr));
    write(c, texte, strlen(texte));
    close(c);
    close(l);
    return 0;
}
