// expect: recv-zero-ignored
// allow: busy-loop framing-assumed recv-not-terminated stdin-eof-spin
// play: a connect, a send un\n, a send deux\n, settle, a close, spin, terminate
// Only the word « quit » ends the dialogue: the client left without saying it.
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    struct sockaddr_in adresse;
    bzero(&adresse, sizeof adresse);
    adresse.sin_family = AF_INET;
    adresse.sin_port = htons(3001);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s < 0 || bind(s, (struct sockaddr *)&adresse, sizeof adresse) < 0 || listen(s, 1) < 0) {
        perror("preparation");
        return 1;
    }
    int c = accept(s, NULL, NULL);
    if (c < 0) return 1;
    char ligne[100] = "";
    do {
        memset(ligne, 0, sizeof ligne);
        read(c, ligne, sizeof ligne - 1);
        printf("Client : %s\n", ligne);
    } while (strncmp(ligne, "quit", 4) != 0);
    close(c);
    close(s);
    return 0;
}
