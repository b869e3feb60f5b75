// expect:
// play: listen, a accept, a expect \r\n\r\n, a send HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok, a close
#include<stdio.h>
#include<stdlib.h>
#include<string.h>
#include<arpa/inet.h>
#include<unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    char b[100];
    ssize_t n;
    inet_pton(AF_INET, argv[1], &server.sin_addr);
    if (connect(s, (struct sockaddr *)&server, sizeof(server)) < 0) { perror("connect"); return 1; }
    char *message = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    if (send(s, message, strlen(message), 0) < 0) { perror("send"); return 1; }
    while ((n = read(s, b, sizeof b)) > 0)
        fwrite(b, 1, n, stdout);
    close(s);
    return 0;
}
