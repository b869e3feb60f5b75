// expect:
// play: exit
#include <linux/capability.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <arpa/inet.h>

int main(void)
{
    struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct d[2] = {{0}};
    syscall(SYS_capset, &h, d);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(1024) };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (struct sockaddr *)&a, sizeof a) == -1) { perror("bind"); return 1; }
    close(s);
    return 0;
}
