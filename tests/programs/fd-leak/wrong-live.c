// expect: fd-leak
// allow: request-not-read iterative-only
// play: 6 times a connect, a expect k thx bye, settle, a close
// play: settle, interrupt
// The course's « serveur live »: accepts for ever, closes never.
#include<stdio.h>
#include<string.h>
#include<sys/socket.h>
#include<arpa/inet.h>
#include<unistd.h>

int main(int argc, char **argv)
{
    int socket_desc, new_socket, c;
    struct sockaddr_in server, client;
    char* message;

    socket_desc = socket(AF_INET, SOCK_STREAM, 0);
    if (socket_desc == -1) { printf("\nCould not create socket\n"); return 1; }
    server.sin_family = AF_INET;
    server.sin_addr.s_addr = INADDR_ANY;
    server.sin_port = htons(3001);
    if (bind(socket_desc, (struct sockaddr *)&server, sizeof(server)) < 0) { puts("bind failed"); return 1; }
    listen(socket_desc, 3);
    c = sizeof(struct sockaddr_in);
    while ((new_socket = accept(socket_desc, (struct sockaddr *)&client, (socklen_t *)&c)) >= 0)
    {
        printf("Connection from %s:%d accepted\n", inet_ntoa(client.sin_addr), ntohs(client.sin_port));
        message = "Salut client, k thx bye!\n";
        write(new_socket, message, strlen(message));
    }
    perror("accept failed");
    return 1;
}
