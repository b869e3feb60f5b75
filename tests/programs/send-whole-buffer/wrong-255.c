// expect: send-whole-buffer
// play: listen, a accept, keys bonjour\n, settle, a expect bonjour\n, exit
// The course's client: write(sock, buffer, 255).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <netdb.h>
#include <arpa/inet.h>

int main (int argc, char **argv) {
    int sock, n;
    struct sockaddr_in serv;
    char buffer[256];
    sock = socket(AF_INET, SOCK_STREAM, 0);
    if (sock < 0) { perror("ERROR opening socket"); exit(1); }
    bzero((char *) &serv, sizeof(serv));
    serv.sin_family = AF_INET;
    serv.sin_port = htons(atoi(argv[2]));
    serv.sin_addr.s_addr = inet_addr(argv[1]);
    if (connect(sock, (struct sockaddr *) &serv, sizeof(serv)) < 0) { perror("ERROR connecting"); exit(1); }
    printf("Please enter a message: ");
    bzero(buffer, 256);
    fgets(buffer, 255, stdin);
    n = write(sock, buffer, 255);
    if (n < 0) { perror("ERROR writing to socket"); exit(1); }
    close(sock);
    return 0;
}
