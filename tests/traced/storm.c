/* Threads that fork, children that make threads, all of them gone at once. */
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void *quick(void *argument) {
    close(socket(AF_INET, SOCK_DGRAM, 0));
    return argument;
}

static void *forking(void *argument) {
    for (int i = 0; i < 5; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            pthread_t thread;
            pthread_create(&thread, NULL, quick, NULL);
            _exit(0);
        }
        waitpid(pid, NULL, 0);
    }
    return argument;
}

int main(void) {
    pthread_t threads[8];
    for (int i = 0; i < 8; i++) pthread_create(threads + i, NULL, forking, NULL);
    for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
    puts("over");
    return 0;
}
