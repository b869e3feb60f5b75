// expect: recv-zero-ignored
// allow: busy-loop framing-assumed
// play: a connect, a send coucou\n, a expect coucou\n, a close, spin, interrupt
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#define TAILLE 256

int main(void)
{
    int ecoute, dialogue, oui = 1;
    struct sockaddr_in moi;
    char tampon[TAILLE];

    ecoute = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(ecoute, SOL_SOCKET, SO_REUSEADDR, &oui, sizeof(oui));
    moi.sin_family = AF_INET;
    moi.sin_port = htons(3001);
    moi.sin_addr.s_addr = htonl(INADDR_ANY);
    if (bind(ecoute, (struct sockaddr *)&moi, sizeof(moi)) < 0) { perror("bind"); exit(1); }
    if (listen(ecoute, 5) < 0) { perror("listen"); exit(1); }
    dialogue = accept(ecoute, NULL, NULL);
    if (dialogue < 0) { perror("accept"); exit(1); }
    while (1) {
        int n = recv(dialogue, tampon, TAILLE, 0);
        if (n < 0) {
            perror("recv");
            break;
        }
        send(dialogue, tampon, n, 0);
    }
    close(dialogue);
    close(ecoute);
    return 0;
}
