// expect: http-host-missing
// play: listen, a accept, a expect \r\n\r\n, a send HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n, a close
#include<stdio.h>
#include<stdlib.h>
#include<string.h>
#include<sys/socket.h>
#include<arpa/inet.h>
#include<unistd.h>

int main(int argc, char **argv)
{
    int socket_desc;
    char *message, server_reply[2000];
    struct sockaddr_in server;
    socket_desc = socket(AF_INET, SOCK_STREAM, 0);
    if (socket_desc == -1) { printf("Could not create socket"); return 1; }
    server.sin_addr.s_addr = inet_addr(argv[1]);
    server.sin_family = AF_INET;
    server.sin_port = htons(atoi(argv[2]));
    if (connect(socket_desc, (struct sockaddr *)&server, sizeof(server)) < 0) { puts("connect error"); return 1; }
    message = "GET / HTTP/1.1\r\n\r\n";
    if (send(socket_desc, message, strlen(message), 0) < 0) { puts("Send failed"); return 1; }
    int n, total = 0;
    while ((n = recv(socket_desc, server_reply + total, sizeof server_reply - 1 - total, 0)) > 0)
        total += n;
    server_reply[total] = '\0';
    puts(server_reply);
    close(socket_desc);
    return 0;
}
