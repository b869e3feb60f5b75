//! What the constants of the headers are, by group: for those without an entry of their own in the dictionary.

use crate::syscall::constant::Group;

/// What the constants of a group are, for those without a text of their own; its page of the manual with it.
pub(super) fn of_group(group: Group) -> (&'static str, &'static str) {
    match group {
        Group::Family => ("Une famille d’adresses : premier argument de `socket`.", "socket(2)"),
        Group::SocketType => ("Un type de socket : deuxième argument de `socket`.", "socket(2)"),
        Group::Protocol => ("Un protocole : troisième argument de `socket`, ou niveau de `setsockopt`.", "ip(7)"),
        Group::MessageFlag => ("Un drapeau de `send` ou de `recv`.", "recv(2)"),
        Group::ShutdownHow => ("Un sens à fermer : second argument de `shutdown`.", "shutdown(2)"),
        Group::Level => ("Un niveau d’options : deuxième argument de `setsockopt`.", "socket(7)"),
        Group::SocketOption => ("Une option de tous les sockets, au niveau `SOL_SOCKET`.", "socket(7)"),
        Group::TcpOption => ("Une option de TCP, au niveau `IPPROTO_TCP`.", "tcp(7)"),
        Group::IpOption => ("Une option d’IPv4, au niveau `IPPROTO_IP`.", "ip(7)"),
        Group::Ipv6Option => ("Une option d’IPv6, au niveau `IPPROTO_IPV6`.", "ipv6(7)"),
        Group::Address => ("Une adresse IPv4 toute faite, dans l’ordre de la machine.", "ip(7)"),
        Group::PollEvent => ("Un événement de `poll`.", "poll(2)"),
        Group::EpollOp => ("Une opération de `epoll_ctl`.", "epoll_ctl(2)"),
        Group::EpollEvent => ("Un événement de `epoll_ctl`.", "epoll_ctl(2)"),
        Group::AddrInfoFlag => ("Un drapeau de `getaddrinfo`.", "getaddrinfo(3)"),
        Group::NameInfoFlag => ("Un drapeau de `getnameinfo`.", "getnameinfo(3)"),
        Group::FcntlCommand => ("Une commande de `fcntl`.", "fcntl(2)"),
        Group::FileFlag => ("Un mode d’ouverture d’un fichier, lu par `fcntl(fd, F_GETFL)`.", "open(2)"),
        Group::WaitFlag => ("Une option de `waitpid`.", "waitpid(2)"),
        Group::Signal => ("Un signal.", "signal(7)"),
        Group::Errno => ("Un numéro d’erreur.", "errno(3)"),
        Group::SeekWhence => ("D’où `lseek` compte.", "lseek(2)"),
        Group::Limit => ("Une taille ou une borne.", "limits.h(0p)"),
        Group::Misc => ("Une constante des en-têtes du C.", "socket(7)"),
    }
}
