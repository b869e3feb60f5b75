// expect: recv-zero-ignored
// play: a connect, a send salut, a expect 5 octets\n, a shutdown, a end, a close
// Three messages were agreed on; the client stops after one, and the server answers its end, twice.
#include <stdio.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char b[100], reponse[100];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) < 0 || listen(s, 1) < 0) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c < 0) { perror("accept"); return 1; }
    for (int i = 0; i < 3; i++) {
        ssize_t n = recv(c, b, sizeof b, 0);
        if (n == -1) { perror("recv"); break; }
        int longueur = snprintf(reponse, sizeof reponse, "%zd octets\n", n);
        send(c, reponse, longueur, MSG_NOSIGNAL);
    }
    close(c);
    close(s);
    return 0;
}
