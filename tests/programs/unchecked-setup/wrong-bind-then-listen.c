// expect: unchecked-setup
// allow: exit-zero-after-error
// play: listen, settle, interrupt
// args: 3001
// The port is taken; the program listens all the same, on a port that the kernel draws.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

int main(int argc, char **argv)
{
    int sock, c;
    struct sockaddr_in server;
    sock = socket(AF_INET, SOCK_STREAM, 0);
    if (sock == -1)
        printf("Could not create socket\n");
    server.sin_family = AF_INET;
    server.sin_addr.s_addr = INADDR_ANY;
    server.sin_port = htons(atoi(argv[1]));
    if (bind(sock, (struct sockaddr *)&server, sizeof(server)) < 0)
        puts("bind failed");
    puts("bind done");
    listen(sock, 3);
    puts("Waiting for incoming connections...");
    fflush(stdout);
    c = accept(sock, NULL, NULL);
    write(c, "ok", 2);
    close(c);
    close(sock);
    return 0;
}
