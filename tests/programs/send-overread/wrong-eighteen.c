// expect: send-overread
// play: a connect, a send coucou\n, a expect ok, a end, a close
// The course's server: write(sock, "ok", 18).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char buffer[256];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 2)) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c < 0) { perror("accept"); return 1; }
    memset(buffer, 0, sizeof buffer);
    int n = read(c, buffer, 255);
    if (n < 0) { perror("ERROR reading from socket"); return 1; }
    printf("Message recu : %s", buffer);
    n = write(c, "ok", 18);
    if (n < 0) { perror("ERROR writing to socket"); return 1; }
    close(c);
    close(s);
    return 0;
}
