// expect: unchecked-setup
// allow: sigpipe-death exit-zero-after-error connection-refused
// args: 127.0.0.1 3001
// play: exit
// Nobody listens, and the client writes.
#include<stdio.h>
#include<string.h>
#include<stdlib.h>
#include<unistd.h>
#include<sys/socket.h>
#include<arpa/inet.h>

int main(int argc, char **argv)
{
    int sock = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in server;
    server.sin_addr.s_addr = inet_addr(argv[1]);
    server.sin_family = AF_INET;
    server.sin_port = htons(atoi(argv[2]));
    connect(sock, (struct sockaddr *)&server, sizeof(server));
    puts("Connected");
    char *message = "Hello World !";
    write(sock, message, strlen(message));
    char reply[200];
    int n = read(sock, reply, 199);
    if (n > 0) {
        reply[n] = 0;
        puts(reply);
    }
    close(sock);
    return 0;
}
