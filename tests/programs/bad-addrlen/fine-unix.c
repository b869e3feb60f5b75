// expect:
// play: a connect ici.sock, a expect ok, a end, a close
// A UNIX address as long as its path.
// args: ici.sock
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    strncpy(u.sun_path, argv[1], sizeof u.sun_path - 1);
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    socklen_t len = offsetof(struct sockaddr_un, sun_path) + strlen(u.sun_path) + 1;
    if (bind(s, (struct sockaddr *)&u, len) == -1 || listen(s, 5) == -1) { perror("serveur"); return 1; }
    int c = accept(s, NULL, NULL);
    if (c == -1) { perror("accept"); return 1; }
    write(c, "ok", 2);
    close(c);
    close(s);
    unlink(argv[1]);
    return 0;
}
