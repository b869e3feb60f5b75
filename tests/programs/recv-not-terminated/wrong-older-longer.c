// expect: recv-not-terminated
// play: a connect, a send bonjour tout le monde, settle, a send salut, settle, a close
// The second message is shorter: the tail of the first is printed with it.
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

int main(void)
{
    static char buf[BUFSIZ];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001), .sin_addr.s_addr = INADDR_ANY };
    int server_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (server_fd == -1) return 1;
    if (bind(server_fd, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    if (listen(server_fd, 4) == -1) { perror("listen"); return 1; }
    int client_fd = accept(server_fd, NULL, NULL);
    if (client_fd == -1) { perror("accept"); return 1; }
    while (recv(client_fd, buf, BUFSIZ, 0) > 0) {
        printf("message : %s\n", buf);
        fflush(stdout);
    }
    close(client_fd);
    close(server_fd);
    return 0;
}
