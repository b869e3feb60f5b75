// expect:
// play: a connect, a send bonjour\n, a expect bonjour\n, a close
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>

int main(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1) { perror("socket"); return 1; }
    int oui = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &oui, sizeof oui) == -1) { perror("setsockopt"); return 1; }
    struct sockaddr_in addr = {0};
    addr.sin_family = AF_INET;
    addr.sin_port = htons(3001);
    addr.sin_addr.s_addr = INADDR_ANY;
    if (bind(fd, (struct sockaddr *)&addr, sizeof addr) == -1) { perror("bind"); return 1; }
    if (listen(fd, 5) == -1) { perror("listen"); return 1; }
    int client = accept(fd, NULL, NULL);
    if (client == -1) { perror("accept"); return 1; }
    char buf[512];
    ssize_t n;
    while ((n = recv(client, buf, sizeof buf, 0)) > 0)
        send(client, buf, n, 0);
    close(client);
    close(fd);
    return 0;
}
