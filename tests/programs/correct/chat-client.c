// expect:
// args: 127.0.0.1 3001 alice
// play: listen, a accept, keys bonjour\n, a expect alice:bonjour\n, a send bob:salut alice\n, said bob:salut alice, keys a+\n, a expect alice:a+\n, eof, a end, a close
// Keyboard and socket with poll.
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) return 2;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    struct pollfd p[2] = { { 0, POLLIN, 0 }, { s, POLLIN, 0 } };
    for (;;) {
        char b[512], m[700];
        if (poll(p, 2, -1) == -1) { perror("poll"); break; }
        if (p[1].revents) {
            ssize_t n = recv(s, b, sizeof b, 0);
            if (n <= 0) break;
            write(STDOUT_FILENO, b, n);
        }
        if (p[0].revents) {
            char heure[16];
            time_t t = time(NULL);
            ssize_t n = read(0, b, sizeof b - 1);
            if (n <= 0) break;
            b[n] = '\0';
            strftime(heure, sizeof heure, "%H:%M:%S", localtime(&t));
            int k = snprintf(m, sizeof m, "[%s]%s:%s", heure, argv[3], b);
            if (send(s, m, k, MSG_NOSIGNAL) != k) { perror("send"); break; }
        }
    }
    close(s);
    return 0;
}
