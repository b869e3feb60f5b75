// expect: both-receive
// play: listen, a accept, a expect HEURE\n, a send 12:30:00\n, a receive, deadlock, interrupt
// It counts on \r\n at the end of the hour: ten bytes, of which nine come.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char heure[10];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1 || connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (send(s, "HEURE\n", 6, MSG_NOSIGNAL) == -1) { perror("send"); return 1; }
    ssize_t n = recv(s, heure, sizeof heure, MSG_WAITALL);
    if (n != sizeof heure) {
        fprintf(stderr, "heure incomplete\n");
        close(s);
        return 1;
    }
    printf("%.8s\n", heure);
    close(s);
    return 0;
}
