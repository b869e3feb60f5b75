/* A hundred threads, each with a socket of its own. */
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void *work(void *argument) {
    close(socket(AF_INET, SOCK_STREAM, 0));
    return argument;
}

int main(void) {
    pthread_t threads[100];
    for (int i = 0; i < 100; i++)
        if (pthread_create(threads + i, NULL, work, NULL)) return 1;
    for (int i = 0; i < 100; i++) pthread_join(threads[i], NULL);
    puts("100");
    return 3;
}
