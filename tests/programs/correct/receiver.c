// expect:
// play: a connect, a send Hello, settle, a send \sWorld, settle, a close
// The second exercise: prints what one client sends, and says that it left.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char buf[256];
    ssize_t n;
    int oui = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1) { perror("socket"); return 1; }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &oui, sizeof oui);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = INADDR_ANY };
    if (bind(fd, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); close(fd); return 1; }
    if (listen(fd, 5) == -1) { perror("listen"); close(fd); return 1; }
    int client = accept(fd, NULL, NULL);
    if (client == -1) { perror("accept"); close(fd); return 1; }
    while ((n = recv(client, buf, sizeof buf - 1, 0)) > 0) {
        buf[n] = '\0';
        printf("%s", buf);
        fflush(stdout);
    }
    if (n == 0) printf("\nLe client est parti.\n");
    else perror("recv");
    close(client);
    close(fd);
    return 0;
}
