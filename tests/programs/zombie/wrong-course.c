// expect: zombie
// allow: iterative-only
// play: 4 times a connect, a send salut, a expect ok, a end, a close, settle
// play: interrupt
#include <sys/socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <unistd.h>

void childProcess(int sock);

int main (int argc, char **argv) {
    int socket_desc, new_socket, pid;
    struct sockaddr_in server, client;
    socklen_t n = sizeof(client);

    socket_desc = socket(AF_INET, SOCK_STREAM, 0);
    if (socket_desc == -1) { perror("ERROR opening socket"); exit(1); }
    server.sin_family = AF_INET;
    server.sin_addr.s_addr = INADDR_ANY;
    server.sin_port = htons(3001);
    if (bind(socket_desc, (struct sockaddr *)&server, sizeof(server)) < 0) { perror("ERROR on binding"); exit(1); }
    if (listen(socket_desc, 3) < 0) { perror("listen"); exit(1); }
    while (1) {
        new_socket = accept(socket_desc, (struct sockaddr *)&client, &n);
        if (new_socket < 0) { perror("ERROR on accept"); exit(1); }
        pid = fork();
        if (pid < 0) { perror("ERROR on fork"); exit(1); }
        if (pid == 0) {
            close(socket_desc);
            childProcess(new_socket);
            exit(0);
        } else {
            close(new_socket);
        }
    }
}

void childProcess(int sock) {
    char buffer[256];
    memset(buffer, 0, sizeof buffer);
    if (read(sock, buffer, 255) < 0) { perror("ERROR reading from socket"); exit(1); }
    if (write(sock, "ok", 2) < 0) { perror("ERROR writing to socket"); exit(1); }
    close(sock);
}
