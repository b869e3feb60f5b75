// expect: eintr-fatal
// allow: exit-zero-after-error reply-not-read
// play: listen, a accept, settle, exit
// A clock shows dots while the client waits; each tick interrupts recv.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

static void tic(int s) { (void)s; write(1, ".", 1); alarm(1); }

int main(int argc, char **argv)
{
    char b[100];
    struct sigaction sa = { .sa_handler = tic };
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    sigaction(SIGALRM, &sa, NULL);
    alarm(1);
    ssize_t n = recv(s, b, sizeof b, 0);
    if (n == -1) {
        perror("recv");
        close(s);
        return 1;
    }
    fwrite(b, 1, n, stdout);
    close(s);
    return 0;
}
