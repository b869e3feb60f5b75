// expect:
// args: salon.sock
// play: listen salon.sock, a accept, a expect bonjour, a send salut, a close
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char b[100];
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    snprintf(u.sun_path, sizeof u.sun_path, "%s", argv[1]);
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (connect(s, (struct sockaddr *)&u, sizeof u) == -1) { perror("connect"); return 1; }
    if (write(s, "bonjour", 7) != 7) { perror("write"); return 1; }
    ssize_t n;
    while ((n = read(s, b, sizeof b)) > 0)
        write(1, b, n);
    close(s);
    return 0;
}
