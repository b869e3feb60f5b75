// expect: port-privileged
// play: exit
// Port 80 without the right to it. The first lines give up the rights of whoever runs the tests.
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <arpa/inet.h>

static void sans_privilege(void)
{
    struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct d[2] = {{0}};
    syscall(SYS_capset, &h, d);
}

int main(void)
{
    sans_privilege();
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(80) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s == -1) { perror("socket"); return 1; }
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return EXIT_FAILURE; }
    listen(s, 5);
    close(s);
    return 0;
}
