// expect: send-whole-buffer
// play: a connect, a send Zoe\n, a expect Bonjour Zoe, a send Maximilien\n, a expect Bonjour Max, a close
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(int argc, char **argv)
{
    char nom[128], reponse[512];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 2)) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c < 0) { perror("accept"); return 1; }
    int n;
    while ((n = recv(c, nom, sizeof nom - 1, 0)) > 0) {
        nom[n] = '\0';
        nom[strcspn(nom, "\r\n")] = '\0';
        memset(reponse, 0, sizeof reponse);
        snprintf(reponse, sizeof reponse, "Bonjour %s !\n", nom);
        send(c, reponse, sizeof reponse, 0);
    }
    close(c);
    close(s);
    return 0;
}
