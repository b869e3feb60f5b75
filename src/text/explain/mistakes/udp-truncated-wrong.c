/* Un serveur UDP reçoit un datagramme de 40 octets. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    const char *texte = "voici un message plus long que le tampon";
    struct sockaddr_in adresse = {.sin_family = AF_INET};
    socklen_t taille = sizeof adresse;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    int autre = socket(AF_INET, SOCK_DGRAM, 0);

    adresse.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr *)&adresse, taille) == -1) {
        perror("bind");
        return EXIT_FAILURE;
    }
    getsockname(fd, (struct sockaddr *)&adresse, &taille);
    sendto(autre, texte, strlen(texte), 0, (struct sockaddr *)&adresse,
           sizeof adresse);
    /* >>> */
    char tampon[16];
    ssize_t n = recvfrom(fd, tampon, sizeof tampon, 0, NULL, NULL);

    if (n == -1)
        perror("recvfrom");
    /* <<< */
    printf("%zd octets\n", n);
    close(autre);
    close(fd);
    return EXIT_SUCCESS;
}
