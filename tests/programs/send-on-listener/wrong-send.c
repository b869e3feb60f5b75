// expect: send-on-listener
// allow: sigpipe-death client-kills-server
// play: a connect, a end, a close
// Writes to the listening socket instead of the client's.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    send(s, "bonjour\n", 8, 0);
    close(c);
    close(s);
    return 0;
}
