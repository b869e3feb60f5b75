// expect:
// play: a connect, a expect ok, a end, a close
// The length of a sockaddr_storage: larger than needed, and accepted.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_storage ss;
    struct sockaddr_in *a = (struct sockaddr_in *)&ss;
    memset(&ss, 0, sizeof ss);
    a->sin_family = AF_INET;
    a->sin_port = htons(atoi(argv[1]));
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&ss, sizeof ss) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    write(c, "ok", 2);
    close(c);
    close(s);
    return 0;
}
