/* Another program, from a thread that is not the first one, while a third one sleeps in a call. */
#include <pthread.h>
#include <unistd.h>

static void *sleeper(void *argument) {
    pause();
    return argument;
}

static void *caller(void *argument) {
    execlp("echo", "echo", "from a thread", (char *)NULL);
    return argument;
}

int main(void) {
    pthread_t one, other;
    pthread_create(&one, NULL, sleeper, NULL);
    pthread_create(&other, NULL, caller, NULL);
    pthread_join(one, NULL);
    return 1;
}
