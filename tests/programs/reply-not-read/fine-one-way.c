// expect:
// play: listen, a accept, a expect mesure 12\n, a end, exit
// Only sends: nobody answers.
#include<stdio.h>
#include<stdlib.h>
#include<string.h>
#include<arpa/inet.h>
#include<unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, argv[1], &server.sin_addr);
    if (connect(s, (struct sockaddr *)&server, sizeof(server)) < 0) { perror("connect"); return 1; }
    if (send(s, "mesure 12\n", 10, 0) < 0) { perror("send"); return 1; }
    close(s);
    return 0;
}
