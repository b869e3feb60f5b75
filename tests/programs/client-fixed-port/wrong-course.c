// expect: client-fixed-port
// play: listen, a accept, a expect Hello, a end, exit
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <netdb.h>
#include <arpa/inet.h>
#include <unistd.h>
#include <string.h>

#define SERVER_PORT 3001
#define CLIENT_PORT 4001

int main(){
    int client_fd = socket(AF_INET,SOCK_STREAM,0);
    if(client_fd == -1) { perror("socket"); return EXIT_FAILURE; }
    struct sockaddr_in client_addr = {
        .sin_addr.s_addr = INADDR_ANY,
        .sin_family = AF_INET,
        .sin_port = htons(CLIENT_PORT)
    };
    int error = bind(client_fd,(struct sockaddr*)&client_addr,sizeof client_addr);
    if(error == -1) { perror("bind"); close(client_fd); return EXIT_FAILURE; }
    struct sockaddr_in server_addr = {
        .sin_addr.s_addr = inet_addr("127.0.0.1"),
        .sin_family = AF_INET,
        .sin_port = htons(SERVER_PORT)
    };
    error = connect(client_fd,(struct sockaddr*)&server_addr,sizeof server_addr);
    if(error == -1) { perror("connect"); close(client_fd); return EXIT_FAILURE; }
    char *message = "Hello World !";
    send(client_fd, message, strlen(message), 0);
    close(client_fd);
    return EXIT_SUCCESS;
}
