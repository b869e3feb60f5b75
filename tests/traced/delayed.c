/* One thread makes a call that a fault may delay; the other goes on, and says how far it came meanwhile. */
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static volatile int over;
static volatile long rounds;

static void *other(void *argument) {
    while (!over) {
        close(socket(AF_INET, SOCK_DGRAM, 0));
        rounds++;
    }
    return argument;
}

int main(void) {
    pthread_t thread;
    struct timespec before, after;
    pthread_create(&thread, NULL, other, NULL);
    clock_gettime(CLOCK_MONOTONIC, &before);
    listen(-1, 5);
    clock_gettime(CLOCK_MONOTONIC, &after);
    long late = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
    over = 1;
    pthread_join(thread, NULL);
    printf("%ld %ld\n", late, rounds);
    return 0;
}
