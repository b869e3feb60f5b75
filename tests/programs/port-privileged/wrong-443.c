// expect: port-privileged
// allow: exit-zero-after-error
// play: exit
#include <linux/capability.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <netdb.h>
#include <string.h>

int main(void)
{
    struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct d[2] = {{0}};
    syscall(SYS_capset, &h, d);

    struct addrinfo hints, *res;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    if (getaddrinfo(NULL, "443", &hints, &res) != 0) return 2;
    int s = socket(res->ai_family, res->ai_socktype, res->ai_protocol);
    if (bind(s, res->ai_addr, res->ai_addrlen) != 0) {
        perror("bind");
        freeaddrinfo(res);
        return 1;
    }
    freeaddrinfo(res);
    close(s);
    return 0;
}
