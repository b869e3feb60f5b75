/* So many calls that are followed, as fast as they go. */
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **words) {
    long calls = count > 1 ? atol(words[1]) : 1000;
    for (long i = 0; i < calls; i++) close(-1);
    return 0;
}
