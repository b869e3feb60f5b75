// expect: send-unconnected
// allow: recv-error-ignored
// play: exit
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char b[100];
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    ssize_t n = recv(s, b, sizeof b, 0);
    if (n == -1) { perror("recv"); close(s); return 1; }
    fwrite(b, 1, n, stdout);
    close(s);
    return 0;
}
