// expect:
// play: listen, a accept, a expect poeme.txt, a expect feuilles mortes\n, a send ok, a expect liste_de_courses.txt, a expect lait\n, a send ok
// play: a end, a close
// A name padded to 28 bytes, a size in network order, then the content.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

struct entete {
    char nom[28];
    uint32_t taille;
};

static int deposer(int s, const char *nom, const char *contenu)
{
    struct entete e;
    char ok[2];
    size_t taille = strlen(contenu);
    memset(&e, 0, sizeof e);
    snprintf(e.nom, sizeof e.nom, "%s", nom);
    e.taille = htonl(taille);
    if (send(s, &e, sizeof e, MSG_NOSIGNAL) != sizeof e) { perror("send"); return -1; }
    if (send(s, contenu, taille, MSG_NOSIGNAL) != (ssize_t)taille) { perror("send"); return -1; }
    return recv(s, ok, sizeof ok, MSG_WAITALL) == sizeof ok ? 0 : -1;
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1 || connect(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("connect"); return 1; }
    if (deposer(s, "poeme.txt", "les feuilles mortes\n") == -1) return 1;
    if (deposer(s, "liste_de_courses.txt", "du pain\ndu beurre\ndu lait\n") == -1) return 1;
    close(s);
    return 0;
}
