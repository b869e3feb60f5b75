//! The constants of common use, in French. Values and headers are in `syscall::constant`.
//!
//! Source: socket(2), socket(7), ip(7), tcp(7), ipv6(7), send(2), recv(2), poll(2), epoll_ctl(2), getaddrinfo(3).

use crate::syscall::constant::Group;

pub(super) struct ConstantText {
    pub name: &'static str,
    pub meaning: &'static str,
    pub lessons: &'static [u32],
}

/// Declares the table.
macro_rules! constants {
    ($($name:ident $lessons:expr, $meaning:literal;)*) => {
        &[$(ConstantText { name: stringify!($name), meaning: $meaning, lessons: &$lessons },)*]
    };
}

pub(super) const CONSTANTS: &[ConstantText] = constants! {
    AF_INET [1, 2], "La famille des adresses IPv4. Premier argument de `socket`, et champ `sin_family` d’une adresse.";
    AF_INET6 [23], "La famille des adresses IPv6. Un socket de cette famille peut aussi servir l’IPv4, si `IPV6_V6ONLY` est à 0.";
    AF_UNIX [21], "La famille des sockets locaux à la machine : leur adresse est un chemin de fichier.";
    AF_LOCAL [21], "Un autre nom de `AF_UNIX`.";
    AF_UNSPEC [12], "Aucune famille : pour `getaddrinfo`, toutes conviennent ; pour `connect` en UDP, le correspondant est oublié.";
    AF_NETLINK [], "Des sockets pour parler au noyau lui-même : c’est par eux que `ss` lit ses tables.";
    AF_PACKET [22], "Des sockets qui reçoivent les paquets entiers, tels que la carte réseau les voit. Il faut un privilège.";
    PF_INET [1], "La même valeur que `AF_INET`, sous son ancien nom de famille de protocoles.";
    SOCK_STREAM [1, 7], "Un flux d’octets, avec connexion : TCP en `AF_INET`.";
    SOCK_DGRAM [20], "Des datagrammes, sans connexion : UDP en `AF_INET`. `SOCK_DATAGRAM` n’existe pas.";
    SOCK_RAW [22], "Des paquets bruts, en-têtes compris. Il faut la capacité `CAP_NET_RAW`, sinon EPERM.";
    SOCK_SEQPACKET [21], "Des messages bornés, avec connexion : en `AF_UNIX`.";
    SOCK_NONBLOCK [18], "À ajouter au type par `|` : le socket est non bloquant dès sa création.";
    SOCK_CLOEXEC [16], "À ajouter au type par `|` : le descripteur se ferme de lui-même à l’exécution d’un autre programme (`exec`).";
    IPPROTO_TCP [11], "TCP : troisième argument de `socket`, ou niveau des options `TCP_…`.";
    IPPROTO_UDP [20], "UDP : troisième argument de `socket`.";
    IPPROTO_IP [11], "Niveau des options `IP_…`. Comme protocole, c’est 0 : le protocole habituel.";
    IPPROTO_IPV6 [23], "Niveau des options `IPV6_…`.";
    IPPROTO_ICMP [22], "ICMP, le protocole de `ping` : pour un socket brut.";
    SOL_SOCKET [11], "Niveau des options communes à tous les sockets : les `SO_…`.";
    INADDR_ANY [2, 3], "0.0.0.0 : pour `bind`, toutes les adresses locales ; le serveur est alors visible depuis tout le réseau. Ce n’est \
        pas une adresse à laquelle se connecter. À mettre dans l’ordre du réseau par `htonl`.";
    INADDR_LOOPBACK [2, 3], "127.0.0.1 : la machine elle-même, invisible des autres. À mettre dans l’ordre du réseau par `htonl`.";
    INADDR_BROADCAST [20], "255.255.255.255 : toutes les machines du réseau local, en UDP, avec `SO_BROADCAST`.";
    INADDR_NONE [2], "Ce que rend `inet_addr` quand le texte n’est pas une adresse. C’est aussi 255.255.255.255 : d’où `inet_pton`.";
    INET_ADDRSTRLEN [2], "La place qu’il faut pour une adresse IPv4 en texte, caractère nul compris : 16 octets.";
    INET6_ADDRSTRLEN [23], "La place qu’il faut pour une adresse IPv6 en texte, caractère nul compris : 46 octets.";
    SOMAXCONN [4], "La plus grande longueur de file que connaissent les en-têtes. Le noyau plafonne à `net.core.somaxconn`.";
    BUFSIZ [4], "La taille des tampons de `printf` et de ses pareils (stdio). Elle n’a rien à voir avec `listen`, ni avec les sockets.";
    FD_SETSIZE [18], "Le nombre de descripteurs que `select` peut surveiller : ceux de 0 à 1023.";
    MSG_DONTWAIT [7, 18], "Pour cet appel seulement, ne pas dormir : il rend EAGAIN s’il le faudrait.";
    MSG_NOSIGNAL [10], "Pour cet appel, pas de SIGPIPE si la connexion est rompue : `send` rend -1 avec EPIPE.";
    MSG_PEEK [8], "`recv` copie les octets sans les retirer du tampon : l’appel suivant les verra encore.";
    MSG_WAITALL [8], "`recv` attend d’avoir rempli toute la place, sauf fin de connexion, erreur ou signal.";
    MSG_TRUNC [20], "`recvfrom` rend la vraie longueur du datagramme, même s’il a été coupé.";
    MSG_OOB [], "Un octet urgent, hors du flux. Peu de programmes s’en servent.";
    MSG_MORE [], "D’autres octets suivent : le noyau attend pour faire de plus gros paquets.";
    MSG_ERRQUEUE [], "`recvmsg` lit les erreurs en attente du socket au lieu de ses octets.";
    MSG_CTRUNC [], "Au retour de `recvmsg` : la place donnée aux informations annexes était trop petite.";
    MSG_EOR [], "Fin d’un message, pour les sockets qui en gardent les bornes (`SOCK_SEQPACKET`).";
    MSG_DONTROUTE [], "Envoyer sans passer par un routeur : au réseau local seulement.";
    MSG_CONFIRM [], "UDP : le pair vient de répondre, inutile de vérifier encore son adresse matérielle.";
    MSG_WAITFORONE [], "`recvmmsg` : ne dormir que jusqu’au premier message.";
    MSG_ZEROCOPY [], "Le noyau lit directement la mémoire du programme : n’y touchez pas avant sa notification.";
    MSG_FASTOPEN [], "Les premiers octets partent avec la demande de connexion (TCP Fast Open).";
    MSG_CMSG_CLOEXEC [], "Les descripteurs reçus par `recvmsg` se fermeront à l’exécution d’un autre programme.";
    SHUT_RD [10], "`shutdown` : plus rien à lire. `recv` rend alors 0.";
    SHUT_WR [10], "`shutdown` : plus rien à envoyer. Un FIN part, et le pair lira 0 ; on peut encore recevoir.";
    SHUT_RDWR [10], "`shutdown` : ni lire, ni envoyer. Le descripteur reste à fermer.";
    SO_REUSEADDR [11], "Permet à `bind` de reprendre un port que des connexions finies (TIME_WAIT) gardent encore. À mettre avant \
        `bind`, dans l’ancien serveur comme dans le nouveau. Il ne permet pas à deux serveurs d’écouter sur le même port.";
    SO_REUSEPORT [11], "Permet à plusieurs sockets du même compte d’écouter sur le même port : le noyau leur répartit les clients.";
    SO_RCVTIMEO [11], "Le délai d’attente de `recv` et `accept` (`struct timeval`) : passé ce temps, ils rendent EAGAIN.";
    SO_SNDTIMEO [11], "Le délai d’attente de `send` et `connect` (`struct timeval`).";
    SO_LINGER [11], "Ce que fait `close` des octets pas encore partis (`struct linger`). Délai 0 : tout est jeté, et un RST part.";
    SO_KEEPALIVE [11], "Le noyau vérifie de loin en loin que le pair répond encore : par défaut après deux heures de silence.";
    SO_RCVBUF [11], "La taille du tampon de réception. Linux la double.";
    SO_SNDBUF [11], "La taille du tampon d’émission. Linux la double.";
    SO_BROADCAST [20], "Permet d’envoyer à une adresse de diffusion ; sans lui, EACCES.";
    SO_ERROR [18], "L’erreur en attente d’un socket : par exemple la fin d’un `connect` non bloquant. La lire l’efface.";
    SO_TYPE [11], "Le type du socket (`SOCK_STREAM`, `SOCK_DGRAM`), à lire seulement.";
    SO_ACCEPTCONN [11], "1 si le socket est à l’écoute, à lire seulement.";
    SO_PEERCRED [21], "Qui est le pair d’un socket `AF_UNIX` : son pid, son compte, son groupe.";
    SO_BINDTODEVICE [], "Attache le socket à une interface (`eth0`). Il faut un privilège.";
    SO_DOMAIN [], "La famille du socket (`AF_INET`…), à lire seulement.";
    SO_PROTOCOL [], "Le protocole du socket (`IPPROTO_TCP`…), à lire seulement.";
    SO_RCVLOWAT [], "Le nombre d’octets à partir duquel `recv` et `poll` se réveillent : 1 par défaut.";
    SO_DONTROUTE [], "Envoyer sans passer par un routeur : au réseau local seulement.";
    SO_OOBINLINE [], "Les octets urgents restent à leur place dans le flux.";
    SO_PRIORITY [], "La priorité des paquets du socket dans la file de la carte réseau.";
    SO_PASSCRED [21], "Chaque message d’un socket `AF_UNIX` dira le pid et le compte de qui l’envoie.";
    SO_TIMESTAMP [], "Chaque datagramme reçu dira l’heure de son arrivée.";
    SO_INCOMING_CPU [], "Le processeur qui a traité le dernier paquet du socket.";
    TCP_NODELAY [11], "Envoie les petits messages aussitôt, sans attendre d’en faire un plus gros paquet (algorithme de Nagle).";
    TCP_USER_TIMEOUT [11], "Le temps, en millisecondes, au bout duquel des octets non acquittés rompent la connexion.";
    TCP_KEEPIDLE [11], "Le silence, en secondes, avant la première vérification de `SO_KEEPALIVE`.";
    TCP_KEEPINTVL [11], "Les secondes entre deux vérifications de `SO_KEEPALIVE`.";
    TCP_KEEPCNT [11], "Le nombre de vérifications sans réponse qui rompent la connexion.";
    TCP_DEFER_ACCEPT [], "`accept` ne rend un client qu’une fois ses premiers octets arrivés.";
    TCP_INFO [], "Tout ce que le noyau sait d’une connexion TCP, à lire seulement : c’est ce que montre `ss -i`.";
    TCP_CORK [], "Garder les petits messages jusqu’à faire un paquet plein, ou jusqu’à ce que l’option soit retirée.";
    TCP_QUICKACK [], "Acquitter aussitôt ce qui est reçu, sans attendre.";
    TCP_MAXSEG [], "La plus grande quantité d’octets dans un paquet TCP.";
    TCP_SYNCNT [], "Combien de fois `connect` répète sa demande avant d’abandonner.";
    TCP_FASTOPEN [], "Accepter des octets avec la demande de connexion (TCP Fast Open).";
    TCP_CONGESTION [], "L’algorithme qui règle le débit : `cubic`, `bbr`…";
    TCP_LINGER2 [10], "Le temps que le noyau garde un socket fermé en FIN_WAIT2.";
    IPV6_V6ONLY [23], "1 : le socket ne sert que l’IPv6. 0 : il sert aussi l’IPv4, sous la forme `::ffff:127.0.0.1`.";
    IP_TTL [], "Le nombre de routeurs qu’un paquet peut traverser.";
    IP_TOS [], "La qualité de service demandée aux routeurs.";
    IP_RECVERR [], "UDP : garder les erreurs que le réseau renvoie, à lire par `recvmsg` et `MSG_ERRQUEUE`.";
    IP_PKTINFO [], "UDP : dire à quelle adresse de la machine chaque datagramme est arrivé.";
    IP_ADD_MEMBERSHIP [], "Entrer dans un groupe de diffusion (multicast).";
    IP_BIND_ADDRESS_NO_PORT [], "`bind` retient l’adresse seule : le port sera choisi par `connect`.";
    POLLIN [18], "Il y a à lire : des octets, une fin de connexion, ou un client à accepter.";
    POLLOUT [18], "On peut écrire sans dormir. Sur un `connect` non bloquant : la connexion est finie, réussie ou non.";
    POLLERR [18], "Une erreur est en attente. Toujours signalé, sans être demandé.";
    POLLHUP [18], "Les deux sens sont fermés, ou le socket n’a jamais été connecté. Toujours signalé, sans être demandé.";
    POLLNVAL [18], "Ce descripteur n’est pas ouvert. Toujours signalé, sans être demandé.";
    POLLRDHUP [18], "Le pair a fermé son sens de la connexion.";
    POLLPRI [18], "Des octets urgents sont arrivés.";
    EPOLLIN [18], "Il y a à lire, comme `POLLIN`.";
    EPOLLOUT [18], "On peut écrire sans dormir, comme `POLLOUT`.";
    EPOLLET [18], "Ne prévenir qu’au changement : il faut alors tout lire, jusqu’à EAGAIN, avant d’attendre encore.";
    EPOLLONESHOT [18], "Ne prévenir qu’une fois, puis attendre un `EPOLL_CTL_MOD`.";
    EPOLLERR [18], "Une erreur est en attente, comme `POLLERR`. Toujours signalé, sans être demandé.";
    EPOLLHUP [18], "Les deux sens sont fermés, comme `POLLHUP`. Toujours signalé, sans être demandé.";
    EPOLLRDHUP [18], "Le pair a fermé son sens de la connexion, comme `POLLRDHUP`.";
    EPOLLPRI [18], "Des octets urgents sont arrivés, comme `POLLPRI`.";
    EPOLLEXCLUSIVE [18], "Plusieurs listes surveillent ce descripteur : n’en réveiller qu’une à la fois.";
    EPOLL_CTL_ADD [18], "Ajoute un descripteur à la liste.";
    EPOLL_CTL_MOD [18], "Change ce que l’on attend d’un descripteur de la liste.";
    EPOLL_CTL_DEL [18], "Retire un descripteur de la liste.";
    EPOLL_CLOEXEC [18], "`epoll_create1` : la liste se ferme d’elle-même à l’exécution d’un autre programme.";
    FIONBIO [18], "`ioctl` : rend le descripteur non bloquant (1) ou bloquant (0), comme `O_NONBLOCK` par `fcntl`.";
    FIONREAD [8], "`ioctl` : combien d’octets attendent d’être lus.";
    SIOCOUTQ [7], "`ioctl` : combien d’octets envoyés ne sont pas encore acquittés.";
    TIOCGWINSZ [], "`ioctl` : la taille de la fenêtre du terminal. Les programmes s’en servent pour savoir s’ils parlent à un écran.";
    O_NONBLOCK [18], "Le descripteur est non bloquant : un appel qui devrait dormir rend -1 avec EAGAIN. Se règle par `fcntl`.";
    O_CLOEXEC [16], "Le descripteur se ferme de lui-même à l’exécution d’un autre programme (`exec`).";
    F_GETFL [18], "`fcntl` : lit les modes du descripteur.";
    F_SETFL [18], "`fcntl` : règle les modes du descripteur. Relisez-les d’abord par `F_GETFL`, pour ne pas effacer les autres.";
    F_GETFD [16], "`fcntl` : lit les drapeaux du descripteur lui-même (`FD_CLOEXEC`).";
    F_SETFD [16], "`fcntl` : règle les drapeaux du descripteur lui-même (`FD_CLOEXEC`).";
    F_DUPFD [16], "`fcntl` : copie le descripteur, à ce numéro ou au premier libre au-dessus.";
    F_DUPFD_CLOEXEC [16], "`fcntl` : comme `F_DUPFD`, et la copie se ferme à l’exécution d’un autre programme.";
    FD_CLOEXEC [16], "Le descripteur se ferme de lui-même à l’exécution d’un autre programme (`exec`).";
    O_RDONLY [], "Ouvert en lecture seule. C’est 0 : l’absence des deux autres modes.";
    O_RDWR [], "Ouvert en lecture et en écriture : c’est le mode de tous les sockets.";
    O_APPEND [], "Chaque écriture se fait à la fin du fichier.";
    O_ASYNC [], "Le noyau envoie SIGIO quand le descripteur est prêt.";
    WNOHANG [16], "`waitpid` n’attend pas : il rend 0 si aucun enfant n’a fini.";
    SA_RESTART [16], "`sigaction` : après le gestionnaire, l’appel interrompu reprend au lieu de rendre EINTR.";
    SA_NOCLDWAIT [16], "`sigaction` sur SIGCHLD : les enfants finis ne deviennent pas zombies.";
    SA_NOCLDSTOP [16], "`sigaction` sur SIGCHLD : pas de signal quand un enfant est seulement suspendu.";
    SA_SIGINFO [], "`sigaction` : le gestionnaire reçoit aussi qui a envoyé le signal, et pourquoi.";
    WUNTRACED [16], "`waitpid` revient aussi pour un enfant suspendu.";
    AI_PASSIVE [12], "`getaddrinfo` : des adresses pour `bind` et `listen` ; sans nom, 0.0.0.0 et `::`.";
    AI_NUMERICHOST [12], "`getaddrinfo` : le nom est une adresse en texte, le DNS n’est pas interrogé.";
    AI_NUMERICSERV [12], "`getaddrinfo` : le service est un numéro de port.";
    AI_CANONNAME [12], "`getaddrinfo` : donner aussi le nom officiel, dans `ai_canonname`.";
    AI_ADDRCONFIG [12], "`getaddrinfo` : ne rendre que des familles que la machine utilise.";
    AI_V4MAPPED [12], "`getaddrinfo` : faute d’adresse IPv6, rendre des adresses IPv4 sous la forme `::ffff:127.0.0.1`.";
    NI_NUMERICHOST [12], "`getnameinfo` : écrire l’adresse en nombres, sans interroger le DNS.";
    NI_NUMERICSERV [12], "`getnameinfo` : écrire le port en nombre.";
    NI_NAMEREQD [12], "`getnameinfo` : échouer (`EAI_NONAME`) si l’adresse n’a pas de nom.";
    NI_MAXHOST [12], "La place qui suffit à un nom de machine : 1025 octets.";
    NI_MAXSERV [12], "La place qui suffit à un nom de service : 32 octets.";
    SEEK_SET [8], "`lseek` : compter depuis le début.";
    SEEK_CUR [8], "`lseek` : compter depuis la position présente.";
    SEEK_END [8], "`lseek` : compter depuis la fin.";
    STDIN_FILENO [1], "0 : l’entrée standard, d’ordinaire le clavier.";
    STDOUT_FILENO [1], "1 : la sortie standard, d’ordinaire le terminal.";
    STDERR_FILENO [1], "2 : la sortie d’erreur, où écrit `perror`.";
    EXIT_SUCCESS [16], "Le code de sortie d’un programme qui a réussi : 0.";
    EXIT_FAILURE [16], "Le code de sortie d’un programme qui a échoué : 1.";
};

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
