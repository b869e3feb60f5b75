// expect: thread-shares-fd
// allow: double-close use-after-close
// play: a connect, b connect, b expect bonjour 2\n, b end, exit
// One structure for all clients, filled again for the second before the first thread has read it; two clients, and the end.
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct client { int fd, numero; };

static void *servir(void *p)
{
    struct client *client = p;
    struct timespec un_peu = { .tv_nsec = 500000000 };
    char texte[32];
    nanosleep(&un_peu, NULL);
    snprintf(texte, sizeof texte, "bonjour %d\n", client->numero);
    if (write(client->fd, texte, strlen(texte)) == -1) perror("write");
    nanosleep(&un_peu, NULL);
    close(client->fd);
    return NULL;
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    int on = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    struct client client;
    pthread_t t[2];
    if (l == -1) { perror("socket"); return 1; }
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (struct sockaddr *)&a, sizeof a) == -1 || listen(l, 16) == -1) { perror("serveur"); return 1; }
    for (int i = 0; i < 2; i++) {
        client.fd = accept(l, NULL, NULL);
        client.numero = i + 1;
        if (client.fd == -1) { perror("accept"); return 1; }
        if (pthread_create(&t[i], NULL, servir, &client) != 0) { fprintf(stderr, "pthread_create\n"); return 1; }
    }
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
    close(l);
    return 0;
}
