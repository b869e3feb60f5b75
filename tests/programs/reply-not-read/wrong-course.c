// expect: reply-not-read
// play: listen, a accept, a expect \r\n\r\n, a send HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, keys \n, a close
// The course's first HTTP client: sends, and leaves.
#include<stdio.h>
#include<stdlib.h>
#include<string.h>
#include<arpa/inet.h>
#include<unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    server.sin_addr.s_addr = inet_addr(argv[1]);
    if (connect(s, (struct sockaddr *)&server, sizeof(server)) < 0) { puts("connect error"); return 1; }
    char *message = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    if (send(s, message, strlen(message), 0) < 0) { puts("Send failed"); return 1; }
    puts("Data Send. Entree pour finir");
    getchar();
    close(s);
    return 0;
}
