/* Un programme lit son entrée jusqu’au bout. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Remplace le clavier par un tube qui tient une ligne, puis finit. */
static void entree(void)
{
    int tube[2];

    if (pipe(tube) == -1 || write(tube[1], "bonjour\n", 8) != 8
        || dup2(tube[0], STDIN_FILENO) == -1) {
        perror("entrée");
        exit(EXIT_FAILURE);
    }
    close(tube[0]);
    close(tube[1]);
}

int main(void)
{
    char ligne[64];
    ssize_t n, lus = 0;

    entree();
    /* >>> */
    /* La fin n’arrête rien (ici, au plus 1000 tours). */
    for (int tour = 0; tour < 1000; tour++) {
        n = read(STDIN_FILENO, ligne, sizeof ligne);
        if (n > 0)
            lus += n;
    }
    /* <<< */
    printf("%zd octets lus\n", lus);
    return EXIT_SUCCESS;
}
