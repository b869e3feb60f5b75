#include <stdio.h>
#include <stdlib.h>

int main(void) {
    char *volatile lost = malloc(10);
    lost = NULL;
    puts("done");
    return lost != NULL;
}
