// expect: perror-after-success
// play: a connect, a expect salut\n, a end, a close
// perror after each call, as in the course.
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <netdb.h>
#include <arpa/inet.h>
#include <unistd.h>
#include <string.h>
#include <errno.h>

#define SERVER_PORT 3001

int main(){
    int server_fd = socket(AF_INET,SOCK_STREAM,0);perror("socket");
    if(server_fd == -1) return EXIT_FAILURE;

    struct sockaddr_in server_addr = {
        .sin_addr.s_addr = INADDR_ANY,
        .sin_family = AF_INET,
        .sin_port = htons(SERVER_PORT)
    };
    int error = bind(server_fd,(struct sockaddr*)&server_addr,sizeof server_addr);perror("bind");
    if(error == -1) { close(server_fd); return EXIT_FAILURE; }

    error = listen(server_fd,BUFSIZ);perror("listen");
    if(error == -1) { close(server_fd); return EXIT_FAILURE; }
    printf("Server listen on port : %d\n",SERVER_PORT);

    struct sockaddr_in client_addr;
    socklen_t len = sizeof client_addr;
    int client_fd = accept(server_fd,(struct sockaddr*)&client_addr,&len);
    perror("accept");
    if(client_fd == -1){ close(server_fd); return EXIT_FAILURE; }
    send(client_fd,"salut\n",6,0);
    close(client_fd);
    close(server_fd);
    return EXIT_SUCCESS;
}
