// expect: file-block-oversent
// play: listen, a accept, a expect un deux, a end, exit
// A client that sends a file of 640 bytes with write, 512 at a time.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char bloc[512];
    ssize_t n;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    FILE *f = fopen("poeme.txt", "w");
    if (f == NULL) { perror("fopen"); return 1; }
    for (int i = 0; i < 40; i++)
        fprintf(f, "un deux %05d\n", i * 7919 % 100000);
    fprintf(f, "%040d", 1);
    fprintf(f, "%040d", 2);
    fclose(f);
    int fichier = open("poeme.txt", O_RDONLY), s = socket(AF_INET, SOCK_STREAM, 0);
    if (fichier == -1 || s == -1) { perror("client"); return 1; }
    if (connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    while ((n = read(fichier, bloc, sizeof bloc)) > 0)
        if (write(s, bloc, sizeof bloc) == -1) { perror("write"); break; }
    if (n == -1) perror("read");
    close(fichier);
    close(s);
    unlink("poeme.txt");
    return 0;
}
