// expect:
// play: listen, a accept, a expect \r\n\r\n, a send HTTP/1.0 200 OK\r\n\r\nbonjour, a close
#include<stdio.h>
#include<stdlib.h>
#include<string.h>
#include<arpa/inet.h>
#include<unistd.h>

int main(int argc, char **argv)
{
    char reply[2000];
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM, 0), n;
    inet_pton(AF_INET, argv[1], &server.sin_addr);
    if (connect(s, (struct sockaddr *)&server, sizeof(server)) < 0) { perror("connect"); return 1; }
    const char *requete = "GET / HTTP/1.0\r\n\r\n";
    if (send(s, requete, strlen(requete), 0) < 0) { perror("send"); return 1; }
    while ((n = recv(s, reply, sizeof reply, 0)) > 0)
        fwrite(reply, 1, n, stdout);
    close(s);
    return 0;
}
