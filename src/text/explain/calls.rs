//! What each function of the vocabulary does, in French.
//!
//! Source: the manual pages, sections 2, 3 and 7 (man-pages 6.03), and what Linux 6.18 was seen to answer where it
//! differs from them (`send` on a socket never connected: EPIPE; addrlen checked by accept after a client has come).

/// One function. Names are those of `syscall::vocabulary`; the rest of what it knows is not repeated here.
pub(super) struct CallText {
    pub name: &'static str,
    /// As the manual declares it, with the parameter names of the vocabulary.
    pub signature: &'static str,
    pub does: &'static str,
    pub parameters: &'static [(&'static str, &'static str)],
    pub returns: &'static str,
    /// When it puts the caller to sleep; empty where it never does.
    pub sleeps: &'static str,
    /// The most frequent errors (errno or EAI_), and what they mean here.
    pub errors: &'static [(&'static str, &'static str)],
    /// The lessons that teach it.
    pub lessons: &'static [u32],
    /// The page of the manual where it is not its own name.
    pub page: Option<&'static str>,
}

/// Declares the table: what most functions do not have may be left out.
macro_rules! calls {
    ($($name:literal $lessons:expr, $signature:literal {
        does: $does:literal,
        $(parameters: { $($parameter:literal: $meaning:literal),* $(,)? },)?
        returns: $returns:literal,
        $(sleeps: $sleeps:literal,)?
        $(errors: { $($error:ident: $why:literal),* $(,)? },)?
        $(page: $page:literal,)?
    })*) => {
        &[$(CallText {
            name: $name,
            signature: $signature,
            does: $does,
            parameters: &[$($(($parameter, $meaning)),*)?],
            returns: $returns,
            sleeps: concat!("" $(, $sleeps)?),
            errors: &[$($((stringify!($error), $why)),*)?],
            lessons: &$lessons,
            page: calls!(@page $($page)?),
        },)*]
    };
    (@page) => { None };
    (@page $page:literal) => { Some($page) };
}

/// Every function of the vocabulary, in its order.
pub(super) const CALLS: &[CallText] = calls! {
    "socket" [1], "int socket(int domain, int type, int protocol);" {
        does: "Demande au noyau de créer un socket, et rend un descripteur qui le désigne. Le socket n’a encore ni adresse, \
            ni port, ni pair : personne ne peut le joindre.",
        parameters: {
            "domain": "la famille d’adresses : `AF_INET` (IPv4), `AF_INET6` (IPv6), `AF_UNIX` (sur la machine)",
            "type": "`SOCK_STREAM` (flux d’octets, TCP) ou `SOCK_DGRAM` (datagrammes, UDP) ; on peut y ajouter par `|` \
                `SOCK_NONBLOCK` et `SOCK_CLOEXEC`",
            "protocol": "0 : le protocole habituel de cette famille et de ce type",
        },
        returns: "Un descripteur : le plus petit numéro libre du processus (3 pour le premier, après 0, 1 et 2). -1 et errno \
            en cas d’échec.",
        errors: {
            EAFNOSUPPORT: "le noyau ne connaît pas cette famille d’adresses",
            EPROTONOSUPPORT: "ce protocole ne va pas avec cette famille et ce type",
            ESOCKTNOSUPPORT: "la famille n’a pas de socket de ce type",
            EINVAL: "le type ou le protocole est hors des bornes",
            EPERM: "`SOCK_RAW` demande la capacité `CAP_NET_RAW`",
            EMFILE: "le processus a déjà autant de descripteurs qu’il y a droit",
        },
    }
    "bind" [3], "int bind(int fd, const struct sockaddr *addr, socklen_t addrlen);" {
        does: "Attache une adresse locale et un port au socket. Un serveur le fait pour que ses clients sachent où le \
            trouver ; un client n’en a pas besoin, car `connect` lui choisit un port. Après `bind` seul, personne ne peut \
            encore se connecter : c’est `listen` qui ouvre le port.",
        parameters: {
            "fd": "le socket",
            "addr": "l’adresse, par exemple une `struct sockaddr_in` transtypée ; port et adresse y sont dans l’ordre du réseau",
            "addrlen": "la taille de cette structure, par exemple `sizeof server_addr`",
        },
        returns: "0, ou -1 et errno. Avec le port 0, le noyau choisit un port libre : `getsockname` le donne.",
        errors: {
            EADDRINUSE: "ce port est déjà pris à cette adresse, ou une connexion finie le garde encore en TIME_WAIT",
            EACCES: "ce port est réservé : il faut la capacité `CAP_NET_BIND_SERVICE`",
            EADDRNOTAVAIL: "cette adresse n’est pas une adresse de la machine",
            EINVAL: "le socket a déjà une adresse, ou addrlen est faux",
            EAFNOSUPPORT: "la famille écrite dans l’adresse n’est pas celle du socket",
            EBADF: "fd n’est pas un descripteur ouvert",
            ENOTSOCK: "fd n’est pas un socket",
        },
    }
    "listen" [4], "int listen(int fd, int backlog);" {
        does: "Passe le socket à l’écoute (état LISTEN) : dès cet instant, le noyau accepte lui-même les connexions et les \
            range dans la file d’accept, même si le programme n’appelle pas encore `accept`.",
        parameters: {
            "fd": "un socket `SOCK_STREAM`, en général déjà passé par `bind`",
            "backlog": "la longueur de la file d’accept, plafonnée par `net.core.somaxconn` ; Linux en garde une de plus. Ce \
                n’est pas le nombre de clients servis",
        },
        returns: "0, ou -1 et errno. Sans `bind`, le noyau choisit lui-même le port.",
        errors: {
            EADDRINUSE: "un autre socket est déjà à l’écoute sur ce port",
            EOPNOTSUPP: "ce type de socket ne se met pas à l’écoute (UDP)",
            EINVAL: "le socket est déjà connecté",
            EBADF: "fd n’est pas un descripteur ouvert",
            ENOTSOCK: "fd n’est pas un socket",
        },
    }
    "accept" [5], "int accept(int fd, struct sockaddr *addr, socklen_t *addrlen);" {
        does: "Retire la première connexion de la file d’accept et rend un nouveau descripteur, qui la désigne. La connexion \
            était déjà établie par le noyau : `accept` ne la crée pas, il la prend. Le socket d’écoute reste à l’écoute, et le \
            nouveau socket a le même port local que lui.",
        parameters: {
            "fd": "le socket d’écoute",
            "addr": "la place où écrire l’adresse du client, ou `NULL`",
            "addrlen": "la taille de cette place, à remplir avant l’appel ; au retour, la taille écrite. `NULL` si addr est `NULL`",
        },
        returns: "Le descripteur du socket connecté, ou -1 et errno.",
        sleeps: "Il dort tant que la file est vide ; l’arrivée d’un client le réveille. Avec `O_NONBLOCK`, il rend EAGAIN.",
        errors: {
            EINVAL: "`listen` n’a pas été appelé, ou la taille donnée dans addrlen est négative (vérifiée une fois le client arrivé)",
            EBADF: "fd n’est pas un descripteur ouvert",
            EAGAIN: "le socket est non bloquant et la file est vide, ou `SO_RCVTIMEO` a expiré",
            EINTR: "un signal a interrompu l’attente",
            EMFILE: "plus un descripteur libre dans ce processus ; la connexion reste dans la file",
            ECONNABORTED: "le client est parti avant d’être pris",
            EFAULT: "addr ou addrlen n’est pas une adresse de mémoire valable",
            EOPNOTSUPP: "ce socket n’est pas de type `SOCK_STREAM`",
        },
    }
    "connect" [6], "int connect(int fd, const struct sockaddr *addr, socklen_t addrlen);" {
        does: "En TCP, demande une connexion à l’adresse donnée et attend la fin de la poignée de main en trois temps. C’est le \
            noyau d’en face qui répond : `connect` n’attend pas l’`accept` du serveur. En UDP, rien ne part sur le réseau : \
            l’appel fixe seulement le correspondant.",
        parameters: {
            "fd": "le socket du client ; sans `bind`, le noyau lui choisit un port éphémère",
            "addr": "l’adresse du serveur, port et adresse dans l’ordre du réseau",
            "addrlen": "la taille de cette structure",
        },
        returns: "0, ou -1 et errno.",
        sleeps: "En TCP, il dort en SYN_SENT jusqu’à la réponse du serveur : un aller-retour sur le réseau, beaucoup plus si la \
            file d’accept du serveur est pleine ou si rien ne répond. En non bloquant, il rend EINPROGRESS.",
        errors: {
            ECONNREFUSED: "rien n’écoute à cette adresse et à ce port",
            ETIMEDOUT: "aucune réponse, malgré plusieurs envois",
            ENETUNREACH: "aucune route ne mène à ce réseau",
            EHOSTUNREACH: "la route existe, mais la machine ne répond pas",
            EISCONN: "le socket est déjà connecté",
            EINPROGRESS: "socket non bloquant : la connexion est en cours, `poll` dira quand elle est finie",
            EADDRNOTAVAIL: "plus un port éphémère libre vers cette destination",
            EAFNOSUPPORT: "la famille écrite dans l’adresse n’est pas celle du socket",
            ENOENT: "socket `AF_UNIX` : ce chemin n’existe pas",
        },
    }
    "getsockname" [3, 6], "int getsockname(int fd, struct sockaddr *addr, socklen_t *addrlen);" {
        does: "Donne l’adresse et le port locaux du socket : par exemple le port que le noyau a choisi.",
        parameters: {
            "fd": "le socket",
            "addr": "la place où écrire l’adresse",
            "addrlen": "la taille de cette place, à remplir avant l’appel ; au retour, la taille de l’adresse",
        },
        returns: "0, ou -1 et errno. Un socket `AF_INET` sans adresse donne 0.0.0.0, port 0.",
        errors: {
            EBADF: "fd n’est pas un descripteur ouvert",
            ENOTSOCK: "fd n’est pas un socket",
            EINVAL: "la taille donnée dans addrlen est négative",
            EFAULT: "addr ou addrlen n’est pas une adresse de mémoire valable",
        },
    }
    "getpeername" [5, 6], "int getpeername(int fd, struct sockaddr *addr, socklen_t *addrlen);" {
        does: "Donne l’adresse et le port du pair : l’autre bout de la connexion.",
        parameters: {
            "fd": "un socket connecté",
            "addr": "la place où écrire l’adresse",
            "addrlen": "la taille de cette place, à remplir avant l’appel ; au retour, la taille de l’adresse",
        },
        returns: "0, ou -1 et errno.",
        errors: {
            ENOTCONN: "le socket n’est pas connecté : par exemple un socket d’écoute",
            EBADF: "fd n’est pas un descripteur ouvert",
            ENOTSOCK: "fd n’est pas un socket",
        },
    }
    "send" [7], "ssize_t send(int fd, const void *buf, size_t len, int flags);" {
        does: "Copie des octets dans le tampon d’émission du socket ; le noyau les transmet ensuite. Un retour positif ne dit \
            pas que le pair les a reçus, encore moins qu’il les a lus. Un `send` ne correspond pas à un `recv` : TCP est un \
            flux d’octets.",
        parameters: {
            "fd": "un socket connecté",
            "buf": "les octets à envoyer",
            "len": "combien ; pour un texte, `strlen(message)` n’envoie pas le caractère nul",
            "flags": "0, ou par exemple `MSG_DONTWAIT`, `MSG_NOSIGNAL`",
        },
        returns: "Le nombre d’octets copiés, parfois moins que len : il faut alors envoyer le reste. -1 et errno en cas d’échec.",
        sleeps: "Il dort tant que le tampon d’émission est plein : le pair ne lit pas assez vite.",
        errors: {
            EPIPE: "la connexion est fermée de ce côté, rompue, ou n’a jamais été faite ; `SIGPIPE` tue le processus si rien n’est prévu",
            ECONNRESET: "le pair a réinitialisé la connexion (RST)",
            EAGAIN: "l’appel aurait dormi, et `MSG_DONTWAIT` ou `O_NONBLOCK` le lui interdit",
            EDESTADDRREQ: "socket UDP sans correspondant : utilisez `sendto`",
            EMSGSIZE: "le datagramme est trop grand",
            EINTR: "un signal a interrompu l’attente avant le premier octet",
            ENOTSOCK: "fd n’est pas un socket",
        },
    }
    "recv" [8], "ssize_t recv(int fd, void *buf, size_t len, int flags);" {
        does: "Copie dans buf des octets déjà arrivés dans le tampon de réception, et les en retire. Il prend ce qui est là, au \
            plus len : une partie d’un envoi, ou plusieurs envois à la suite. Il n’ajoute pas de caractère nul.",
        parameters: {
            "fd": "un socket connecté, ou un socket UDP",
            "buf": "la place où écrire",
            "len": "la taille de cette place, moins un octet si vous voulez y ajouter le caractère nul",
            "flags": "0, ou par exemple `MSG_PEEK` (regarder sans retirer), `MSG_DONTWAIT`, `MSG_WAITALL`",
        },
        returns: "Le nombre d’octets reçus. 0 : en TCP, le pair a fermé son sens de la connexion (ce n’est ni une erreur, ni \
            « rien pour l’instant »). -1 et errno en cas d’échec.",
        sleeps: "Il dort tant que rien n’est arrivé. Un câble débranché n’envoie rien : il dort alors indéfiniment.",
        errors: {
            ECONNRESET: "le pair a réinitialisé la connexion (RST)",
            EAGAIN: "rien n’est arrivé, et l’appel ne doit pas attendre, ou `SO_RCVTIMEO` a expiré",
            ENOTCONN: "le socket n’est pas connecté : par exemple un socket d’écoute",
            EINTR: "un signal a interrompu l’attente",
            ECONNREFUSED: "socket UDP connecté : un envoi précédent a été refusé par la machine d’en face",
            ENOTSOCK: "fd n’est pas un socket",
            EBADF: "fd n’est pas un descripteur ouvert",
        },
    }
    "sendto" [20], "ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *addr, socklen_t addrlen);" {
        does: "Envoie un datagramme à l’adresse donnée, sans connexion. Un appel fait un datagramme entier : il arrive en un \
            seul morceau, ou pas du tout.",
        parameters: {
            "fd": "un socket UDP, ou `AF_UNIX` de type `SOCK_DGRAM`",
            "buf": "les octets du datagramme",
            "len": "combien ; 0 est permis : un datagramme vide",
            "flags": "0, ou par exemple `MSG_DONTWAIT`",
            "addr": "l’adresse du destinataire",
            "addrlen": "la taille de cette structure",
        },
        returns: "Le nombre d’octets partis. Le succès ne dit rien de l’arrivée. -1 et errno en cas d’échec.",
        sleeps: "Rarement : quand le tampon d’émission est plein.",
        errors: {
            EMSGSIZE: "le datagramme est trop grand : 65 507 octets au plus en UDP sur IPv4",
            ECONNREFUSED: "un datagramme précédent a été refusé : personne n’écoute sur ce port",
            ENETUNREACH: "aucune route ne mène à ce réseau",
            EDESTADDRREQ: "aucune adresse, et le socket n’est pas connecté",
            EACCES: "adresse de diffusion sans `SO_BROADCAST`",
        },
    }
    "recvfrom" [20], "ssize_t recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *addr, socklen_t *addrlen);" {
        does: "Reçoit un datagramme et dit de qui il vient. Un appel retire un datagramme entier : ce qui dépasse la taille de \
            buf est perdu.",
        parameters: {
            "fd": "un socket UDP, ou `AF_UNIX` de type `SOCK_DGRAM`",
            "buf": "la place où écrire",
            "len": "la taille de cette place",
            "flags": "0, ou par exemple `MSG_TRUNC` (rendre la vraie longueur, même coupée)",
            "addr": "la place où écrire l’adresse de l’émetteur, ou `NULL`",
            "addrlen": "la taille de cette place, à remplir avant l’appel ; `NULL` si addr est `NULL`",
        },
        returns: "Le nombre d’octets copiés ; 0 est un datagramme vide, pas une fermeture. -1 et errno en cas d’échec.",
        sleeps: "Il dort tant qu’aucun datagramme n’est arrivé.",
        errors: {
            EAGAIN: "rien n’est arrivé, et l’appel ne doit pas attendre, ou `SO_RCVTIMEO` a expiré",
            ECONNREFUSED: "socket UDP connecté : un envoi précédent a été refusé",
            EINTR: "un signal a interrompu l’attente",
            EBADF: "fd n’est pas un descripteur ouvert",
        },
    }
    "write" [1, 7], "ssize_t write(int fd, const void *buf, size_t len);" {
        does: "Écrit des octets dans un descripteur : un fichier, un terminal, un tube, un socket. Sur un socket connecté, \
            c’est `send` avec `flags` à 0.",
        parameters: {
            "fd": "le descripteur",
            "buf": "les octets",
            "len": "combien",
        },
        returns: "Le nombre d’octets écrits, parfois moins que len. -1 et errno en cas d’échec.",
        sleeps: "Il dort tant que le tampon de destination est plein.",
        errors: {
            EBADF: "fd n’est pas un descripteur ouvert en écriture",
            EPIPE: "plus personne ne peut lire à l’autre bout ; `SIGPIPE` tue le processus si rien n’est prévu",
            EAGAIN: "l’appel aurait dormi, et le descripteur est non bloquant",
            EINTR: "un signal a interrompu l’attente avant le premier octet",
        },
    }
    "read" [8], "ssize_t read(int fd, void *buf, size_t len);" {
        does: "Lit des octets d’un descripteur. Sur un socket, c’est `recv` avec `flags` à 0.",
        parameters: {
            "fd": "le descripteur",
            "buf": "la place où écrire",
            "len": "la taille de cette place",
        },
        returns: "Le nombre d’octets lus ; 0 à la fin (fin du fichier, ou pair qui a fermé). -1 et errno en cas d’échec.",
        sleeps: "Il dort tant que rien n’est à lire (socket, tube, terminal).",
        errors: {
            EBADF: "fd n’est pas un descripteur ouvert en lecture",
            ECONNRESET: "le pair a réinitialisé la connexion (RST)",
            EAGAIN: "rien à lire, et le descripteur est non bloquant",
            EINTR: "un signal a interrompu l’attente",
            ENOTCONN: "le socket n’est pas connecté",
        },
    }
    "close" [1, 10], "int close(int fd);" {
        does: "Rend le descripteur : son numéro peut resservir aussitôt. La connexion ne se termine qu’avec le dernier \
            descripteur qui la désigne (après `fork` ou `dup`, il y en a plusieurs). S’il reste des octets reçus et non lus, le \
            noyau envoie un RST au lieu d’un FIN.",
        parameters: { "fd": "le descripteur à rendre" },
        returns: "0, ou -1 et errno. Sous Linux, le descripteur est rendu même après EINTR ou EIO : ne recommencez pas.",
        sleeps: "Seulement avec `SO_LINGER` : jusqu’à ce que les octets en attente soient acquittés, ou que le délai passe.",
        errors: {
            EBADF: "fd n’est pas un descripteur ouvert : souvent un second `close`, ou un -1 gardé d’un appel raté",
        },
    }
    "shutdown" [10], "int shutdown(int fd, int how);" {
        does: "Ferme un sens de la connexion, ou les deux, sans rendre le descripteur. Il agit sur la connexion elle-même, quel \
            que soit le nombre de descripteurs qui la désignent.",
        parameters: {
            "fd": "un socket connecté",
            "how": "`SHUT_WR` : plus rien à envoyer (un FIN part) ; `SHUT_RD` : plus rien à lire ; `SHUT_RDWR` : les deux",
        },
        returns: "0, ou -1 et errno. Il reste à appeler `close`.",
        errors: {
            ENOTCONN: "le socket n’est pas connecté",
            EINVAL: "how n’est pas une de ces trois valeurs",
            EBADF: "fd n’est pas un descripteur ouvert",
        },
    }
    "setsockopt" [11], "int setsockopt(int fd, int level, int name, const void *value, socklen_t len);" {
        does: "Règle une option du socket : réutilisation d’adresse, délais, tailles de tampons…",
        parameters: {
            "fd": "le socket",
            "level": "qui comprend l’option : `SOL_SOCKET`, `IPPROTO_TCP`, `IPPROTO_IP`, `IPPROTO_IPV6`",
            "name": "l’option : `SO_REUSEADDR`, `SO_RCVTIMEO`, `TCP_NODELAY`…",
            "value": "l’adresse de la valeur : souvent un `int` à 1 ; une `struct timeval` ou `struct linger` pour certaines",
            "len": "la taille de cette valeur",
        },
        returns: "0, ou -1 et errno.",
        errors: {
            ENOPROTOOPT: "ce niveau ne connaît pas cette option",
            EINVAL: "la valeur ou sa taille ne convient pas",
            EDOM: "`SO_RCVTIMEO` ou `SO_SNDTIMEO` : le nombre de microsecondes n’est pas entre 0 et 999 999",
            EFAULT: "value n’est pas une adresse de mémoire valable",
            EBADF: "fd n’est pas un descripteur ouvert",
        },
    }
    "getsockopt" [11], "int getsockopt(int fd, int level, int name, void *value, socklen_t *len);" {
        does: "Lit une option du socket. Lire `SO_ERROR` donne l’erreur en attente, et l’efface.",
        parameters: {
            "fd": "le socket",
            "level": "qui comprend l’option : `SOL_SOCKET`, `IPPROTO_TCP`…",
            "name": "l’option",
            "value": "la place où écrire la valeur",
            "len": "la taille de cette place, à remplir avant l’appel ; au retour, la taille écrite",
        },
        returns: "0, ou -1 et errno. Linux double la taille de tampon que l’on demande, et montre le double.",
        errors: {
            ENOPROTOOPT: "ce niveau ne connaît pas cette option",
            EINVAL: "la taille donnée dans len ne convient pas",
            EFAULT: "value ou len n’est pas une adresse de mémoire valable",
            EBADF: "fd n’est pas un descripteur ouvert",
        },
    }
    "socketpair" [21], "int socketpair(int domain, int type, int protocol, int fds[2]);" {
        does: "Crée d’un coup deux sockets déjà connectés l’un à l’autre, sans adresse ni port : un tube dans les deux sens, \
            souvent partagé par `fork`.",
        parameters: {
            "domain": "`AF_UNIX`",
            "type": "`SOCK_STREAM`, `SOCK_DGRAM` ou `SOCK_SEQPACKET`",
            "protocol": "0",
            "fds": "un tableau de deux `int`, que l’appel remplit",
        },
        returns: "0, ou -1 et errno.",
        errors: {
            EOPNOTSUPP: "cette famille n’a pas de paires de sockets (`AF_INET`)",
            EMFILE: "pas deux descripteurs libres dans ce processus",
            EFAULT: "fds n’est pas une adresse de mémoire valable",
        },
    }
    "dup" [16], "int dup(int fd);" {
        does: "Donne un second descripteur pour le même socket ou fichier. La connexion ne se termine que lorsque tous ses \
            descripteurs sont fermés.",
        parameters: { "fd": "le descripteur à copier" },
        returns: "Le plus petit numéro libre, ou -1 et errno.",
        errors: {
            EBADF: "fd n’est pas un descripteur ouvert",
            EMFILE: "plus un descripteur libre dans ce processus",
        },
    }
    "dup2" [16], "int dup2(int fd, int newfd);" {
        does: "Comme `dup`, mais au numéro choisi : si newfd était ouvert, il est d’abord fermé. C’est ainsi que l’on branche \
            un socket sur l’entrée 0 ou la sortie 1 d’un programme.",
        parameters: {
            "fd": "le descripteur à copier",
            "newfd": "le numéro voulu",
        },
        returns: "newfd, ou -1 et errno.",
        errors: {
            EBADF: "fd n’est pas ouvert, ou newfd est hors des bornes",
            EINTR: "un signal a interrompu l’appel",
        },
    }
    "lseek" [8], "off_t lseek(int fd, off_t offset, int whence);" {
        does: "Déplace la position de lecture et d’écriture d’un fichier. Un socket n’a pas de position : l’appel y échoue.",
        parameters: {
            "fd": "le descripteur",
            "offset": "le déplacement, en octets",
            "whence": "d’où compter : `SEEK_SET` (début), `SEEK_CUR` (ici), `SEEK_END` (fin)",
        },
        returns: "La nouvelle position, ou -1 et errno.",
        errors: {
            ESPIPE: "fd est un socket, un tube ou un terminal : rien n’y a de position",
            EBADF: "fd n’est pas un descripteur ouvert",
            EINVAL: "whence ou la position demandée ne convient pas",
        },
    }
    "fcntl" [18], "int fcntl(int fd, int cmd, ... /* int arg */);" {
        does: "Lit ou change les réglages d’un descripteur ; par exemple le rendre non bloquant : \
            `fcntl(fd, F_SETFL, O_NONBLOCK)`.",
        parameters: {
            "fd": "le descripteur",
            "cmd": "`F_GETFL` et `F_SETFL` (modes), `F_GETFD` et `F_SETFD` (`FD_CLOEXEC`), `F_DUPFD` (copie)",
            "arg": "la valeur, selon la commande",
        },
        returns: "Selon la commande : les modes pour `F_GETFL`, 0 pour `F_SETFL`. -1 et errno en cas d’échec.",
        errors: {
            EBADF: "fd n’est pas un descripteur ouvert",
            EINVAL: "le noyau ne connaît pas cette commande, ou la valeur ne convient pas",
        },
    }
    "unlink" [21], "int unlink(const char *path);" {
        does: "Supprime un nom de fichier. Un socket `AF_UNIX` laisse son fichier derrière lui : sans `unlink`, le prochain \
            `bind` échoue.",
        parameters: { "path": "le chemin" },
        returns: "0, ou -1 et errno.",
        errors: {
            ENOENT: "ce chemin n’existe pas",
            EACCES: "le dossier n’est pas accessible en écriture",
            EISDIR: "ce chemin est un dossier",
        },
    }
    "poll" [18], "int poll(struct pollfd *fds, nfds_t nfds, int timeout);" {
        does: "Attend que l’un au moins de plusieurs descripteurs soit prêt, et dit lesquels dans leur champ `revents`. Il ne \
            lit rien : il reste à appeler `recv` ou `accept`.",
        parameters: {
            "fds": "un tableau de `struct pollfd` : `fd`, `events` (ce que l’on attend), `revents` (ce qui est là)",
            "nfds": "le nombre de cases du tableau",
            "timeout": "le délai en millisecondes ; 0 : ne pas attendre ; -1 : sans limite",
        },
        returns: "Le nombre de descripteurs prêts ; 0 si le délai est passé ; -1 et errno en cas d’échec.",
        sleeps: "Il dort jusqu’au premier descripteur prêt, ou jusqu’à la fin du délai.",
        errors: {
            EINTR: "un signal a interrompu l’attente",
            EFAULT: "fds n’est pas une adresse de mémoire valable",
            EINVAL: "nfds dépasse la limite de descripteurs du processus",
        },
    }
    "select" [18], "int select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, struct timeval *timeout);" {
        does: "Attend que l’un au moins des descripteurs des ensembles soit prêt, puis ne laisse que ceux-là dans les \
            ensembles : il faut les remplir à nouveau avant chaque appel.",
        parameters: {
            "nfds": "le plus grand descripteur des ensembles, plus un",
            "readfds": "ceux que l’on veut lire (ou accepter), ou `NULL`",
            "writefds": "ceux où l’on veut écrire, ou `NULL`",
            "exceptfds": "les cas exceptionnels, ou `NULL`",
            "timeout": "le délai, ou `NULL` : sans limite ; Linux y écrit le temps qui restait",
        },
        returns: "Le nombre de descripteurs prêts ; 0 si le délai est passé ; -1 et errno en cas d’échec. Il ne connaît pas les \
            descripteurs au-delà de `FD_SETSIZE` (1024).",
        sleeps: "Il dort jusqu’au premier descripteur prêt, ou jusqu’à la fin du délai.",
        errors: {
            EBADF: "un ensemble contient un descripteur fermé",
            EINTR: "un signal a interrompu l’attente",
            EINVAL: "nfds est négatif, ou le délai ne convient pas",
        },
    }
    "epoll_create1" [18], "int epoll_create1(int flags);" {
        does: "Crée une liste de surveillance (epoll) : le noyau garde la liste des descripteurs, au lieu de la recevoir à \
            chaque appel comme `poll`.",
        parameters: { "flags": "0, ou `EPOLL_CLOEXEC`" },
        returns: "Le descripteur de la liste, ou -1 et errno.",
        errors: {
            EINVAL: "flags contient autre chose que `EPOLL_CLOEXEC`",
            EMFILE: "plus un descripteur libre dans ce processus",
        },
    }
    "epoll_ctl" [18], "int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);" {
        does: "Ajoute, change ou retire un descripteur d’une liste epoll.",
        parameters: {
            "epfd": "la liste, rendue par `epoll_create1`",
            "op": "`EPOLL_CTL_ADD`, `EPOLL_CTL_MOD` ou `EPOLL_CTL_DEL`",
            "fd": "le descripteur à surveiller",
            "event": "ce que l’on attend (`EPOLLIN`, `EPOLLOUT`…) et ce que `epoll_wait` rendra avec",
        },
        returns: "0, ou -1 et errno.",
        errors: {
            EEXIST: "`EPOLL_CTL_ADD` : ce descripteur est déjà dans la liste",
            ENOENT: "`EPOLL_CTL_MOD` ou `EPOLL_CTL_DEL` : il n’y est pas",
            EPERM: "fd est un fichier ordinaire ou un dossier : epoll ne les surveille pas",
            EBADF: "epfd ou fd n’est pas un descripteur ouvert",
            EINVAL: "epfd n’est pas une liste epoll, ou fd est epfd lui-même",
        },
    }
    "epoll_wait" [18], "int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout);" {
        does: "Attend que l’un au moins des descripteurs de la liste soit prêt, et ne rend que ceux-là.",
        parameters: {
            "epfd": "la liste, rendue par `epoll_create1`",
            "events": "le tableau à remplir",
            "maxevents": "le nombre de cases du tableau, au moins 1",
            "timeout": "le délai en millisecondes ; 0 : ne pas attendre ; -1 : sans limite",
        },
        returns: "Le nombre de cases remplies ; 0 si le délai est passé ; -1 et errno en cas d’échec.",
        sleeps: "Il dort jusqu’au premier descripteur prêt, ou jusqu’à la fin du délai.",
        errors: {
            EINTR: "un signal a interrompu l’attente",
            EINVAL: "epfd n’est pas une liste epoll, ou maxevents n’est pas positif",
            EBADF: "epfd n’est pas un descripteur ouvert",
            EFAULT: "events n’est pas une adresse de mémoire valable",
        },
    }
    "fork" [16], "pid_t fork(void);" {
        does: "Crée un processus : une copie de celui qui appelle, mémoire et descripteurs compris. Les deux continuent à la \
            ligne suivante. Chaque descripteur existe alors en double : une connexion ne se termine que si les deux copies \
            sont fermées.",
        returns: "Dans le parent, le pid de l’enfant ; dans l’enfant, 0. -1 et errno en cas d’échec, sans enfant.",
        errors: {
            EAGAIN: "trop de processus pour ce compte ou cette machine",
            ENOMEM: "plus assez de mémoire",
        },
    }
    "waitpid" [16], "pid_t waitpid(pid_t pid, int *status, int options);" {
        does: "Attend la fin d’un enfant et recueille sa façon de finir. Tant que son parent ne l’a pas attendu, un enfant fini \
            reste dans la table des processus : c’est un zombie.",
        parameters: {
            "pid": "le pid de l’enfant ; -1 : n’importe lequel",
            "status": "où écrire la façon de finir (à lire avec `WIFEXITED`, `WEXITSTATUS`…), ou `NULL`",
            "options": "0, ou `WNOHANG` : ne pas attendre",
        },
        returns: "Le pid de l’enfant recueilli ; 0 avec `WNOHANG` si aucun n’a fini ; -1 et errno en cas d’échec.",
        sleeps: "Il dort jusqu’à la fin d’un enfant, sauf avec `WNOHANG`.",
        errors: {
            ECHILD: "ce processus n’a pas d’enfant à attendre",
            EINTR: "un signal a interrompu l’attente",
            EINVAL: "options ne convient pas",
        },
    }
    "getpid" [16], "pid_t getpid(void);" {
        does: "Donne le numéro (pid) de ce processus : celui que montrent `ps` et `ss -p`.",
        returns: "Le pid. Cet appel n’échoue jamais.",
    }
    "getppid" [16], "pid_t getppid(void);" {
        does: "Donne le numéro (pid) du processus parent. Si le parent est mort, c’est celui qui a adopté le processus.",
        returns: "Le pid du parent. Cet appel n’échoue jamais.",
    }
    "kill" [16], "int kill(pid_t pid, int sig);" {
        does: "Envoie un signal à un processus. Malgré son nom, il ne tue que si l’effet de ce signal est de tuer.",
        parameters: {
            "pid": "le destinataire ; négatif : un groupe de processus",
            "sig": "le signal ; 0 : rien n’est envoyé, mais l’existence et le droit sont vérifiés",
        },
        returns: "0, ou -1 et errno.",
        errors: {
            ESRCH: "aucun processus ne porte ce numéro",
            EPERM: "ce processus est à un autre compte",
            EINVAL: "ce signal n’existe pas",
        },
    }
    "sigaction" [10, 16], "int sigaction(int signum, const struct sigaction *act, struct sigaction *oldact);" {
        does: "Choisit ce qui se passe quand un signal arrive : l’effet par défaut, rien, ou l’appel d’une fonction. Avec \
            `SA_RESTART`, les appels interrompus reprennent d’eux-mêmes ; sans lui, ils rendent EINTR.",
        parameters: {
            "signum": "le signal ; `SIGKILL` et `SIGSTOP` ne se règlent pas",
            "act": "le nouveau réglage (`sa_handler`, `sa_mask`, `sa_flags`), ou `NULL`",
            "oldact": "où écrire l’ancien, ou `NULL`",
        },
        returns: "0, ou -1 et errno.",
        errors: {
            EINVAL: "ce signal n’existe pas, ou ne se règle pas",
            EFAULT: "act ou oldact n’est pas une adresse de mémoire valable",
        },
    }
    "signal" [10, 16], "sighandler_t signal(int signum, sighandler_t handler);" {
        does: "La façon courte de régler un signal : `signal(SIGPIPE, SIG_IGN)` fait ignorer SIGPIPE. Avec la glibc, les \
            appels interrompus reprennent ; `sigaction` dit plus clairement ce que l’on veut.",
        parameters: {
            "signum": "le signal",
            "handler": "`SIG_IGN` (rien), `SIG_DFL` (effet par défaut), ou une fonction `void f(int)`",
        },
        returns: "L’ancien réglage, ou `SIG_ERR` et errno.",
        errors: { EINVAL: "ce signal n’existe pas, ou ne se règle pas (`SIGKILL`, `SIGSTOP`)" },
    }
    "alarm" [16], "unsigned int alarm(unsigned int seconds);" {
        does: "Demande au noyau d’envoyer `SIGALRM` à ce processus dans ce nombre de secondes. Un seul réveil à la fois : un \
            nouvel appel remplace l’ancien.",
        parameters: { "seconds": "le délai en secondes ; 0 : annule" },
        returns: "Les secondes qui restaient au réveil précédent, ou 0. Cet appel n’échoue jamais.",
    }
    "pause" [16], "int pause(void);" {
        does: "Endort le processus jusqu’à un signal.",
        returns: "Toujours -1 avec EINTR, après l’appel d’un gestionnaire de signal.",
        sleeps: "Jusqu’à un signal qui tue le processus, ou qui appelle un gestionnaire.",
        errors: { EINTR: "un signal est arrivé : c’est le retour normal" },
    }
    "sleep" [], "unsigned int sleep(unsigned int seconds);" {
        does: "Endort le fil pendant ce nombre de secondes. Attendre un temps n’est pas attendre un événement : pour un client, \
            c’est `accept`, `recv` ou `poll`.",
        parameters: { "seconds": "la durée, en secondes" },
        returns: "0, ou les secondes qui restaient si un signal l’a interrompu.",
        sleeps: "Toute la durée demandée, ou jusqu’à un signal.",
    }
    "usleep" [], "int usleep(useconds_t usec);" {
        does: "Endort le fil pendant ce nombre de microsecondes.",
        parameters: { "usec": "la durée, en microsecondes : 200000 est un cinquième de seconde" },
        returns: "0, ou -1 et errno.",
        sleeps: "Toute la durée demandée, ou jusqu’à un signal.",
        errors: { EINTR: "un signal a interrompu l’attente" },
    }
    "exit" [16], "void exit(int status);" {
        does: "Termine le processus après avoir vidé les tampons de `printf`. Le noyau ferme alors tous ses descripteurs : les \
            connexions qui n’ont pas d’autre descripteur se terminent.",
        parameters: { "status": "le code de sortie, de 0 (succès) à 255" },
        returns: "Cet appel ne revient pas.",
    }
    "_exit" [16], "void _exit(int status);" {
        does: "Termine le processus aussitôt, sans vider les tampons de `printf`. Dans un enfant de `fork`, cela évite \
            d’écrire deux fois ce que le parent avait en tampon.",
        parameters: { "status": "le code de sortie, de 0 (succès) à 255" },
        returns: "Cet appel ne revient pas.",
    }
    "pthread_create" [17], "int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg);" {
        does: "Crée un fil dans le processus. Les fils partagent la mémoire et les descripteurs : un `close` dans l’un ferme \
            pour tous.",
        parameters: {
            "thread": "où écrire le numéro du fil",
            "attr": "les réglages, ou `NULL`",
            "start": "la fonction que le fil exécute",
            "arg": "l’argument qu’elle reçoit ; ne lui donnez pas l’adresse d’une variable qui va changer",
        },
        returns: "0, ou un numéro d’erreur : il est rendu, errno n’est pas touché, et `perror` ne convient pas.",
        errors: {
            EAGAIN: "trop de fils pour ce compte ou cette machine",
            EINVAL: "attr ne convient pas",
        },
    }
    "pthread_join" [17], "int pthread_join(pthread_t thread, void **retval);" {
        does: "Attend la fin d’un fil et recueille ce qu’il rend.",
        parameters: {
            "thread": "le fil",
            "retval": "où écrire ce qu’il a rendu, ou `NULL`",
        },
        returns: "0, ou un numéro d’erreur (errno n’est pas touché).",
        sleeps: "Il dort jusqu’à la fin du fil.",
        errors: {
            EDEADLK: "un fil qui s’attend lui-même, ou deux fils qui s’attendent l’un l’autre",
            EINVAL: "ce fil est détaché, ou déjà attendu",
            ESRCH: "aucun fil ne porte ce numéro",
        },
    }
    "pthread_detach" [17], "int pthread_detach(pthread_t thread);" {
        does: "Détache un fil : ses ressources seront rendues dès sa fin, sans `pthread_join`. Un serveur le fait pour les fils \
            de ses clients.",
        parameters: { "thread": "le fil" },
        returns: "0, ou un numéro d’erreur (errno n’est pas touché).",
        errors: {
            EINVAL: "ce fil est déjà détaché",
            ESRCH: "aucun fil ne porte ce numéro",
        },
    }
    "pthread_exit" [17], "void pthread_exit(void *retval);" {
        does: "Termine ce fil seulement. Les descripteurs restent ouverts : ils sont au processus.",
        parameters: { "retval": "ce que recevra `pthread_join`" },
        returns: "Cet appel ne revient pas.",
    }
    "pthread_mutex_lock" [17], "int pthread_mutex_lock(pthread_mutex_t *mutex);" {
        does: "Prend un verrou : un seul fil à la fois peut le tenir. C’est ainsi que l’on protège une donnée que plusieurs \
            fils changent.",
        parameters: { "mutex": "le verrou" },
        returns: "0, ou un numéro d’erreur (errno n’est pas touché).",
        sleeps: "Il dort tant qu’un autre fil tient le verrou. Un verrou ordinaire pris deux fois par le même fil le bloque \
            pour toujours.",
        errors: { EDEADLK: "verrou vérifié (`PTHREAD_MUTEX_ERRORCHECK`) : ce fil le tient déjà" },
    }
    "pthread_mutex_trylock" [17], "int pthread_mutex_trylock(pthread_mutex_t *mutex);" {
        does: "Prend un verrou s’il est libre ; s’il est pris, il n’attend pas et le dit.",
        parameters: { "mutex": "le verrou" },
        returns: "0 si le verrou est pris, ou un numéro d’erreur (errno n’est pas touché).",
        errors: { EBUSY: "le verrou est déjà tenu" },
    }
    "pthread_mutex_unlock" [17], "int pthread_mutex_unlock(pthread_mutex_t *mutex);" {
        does: "Rend un verrou ; si d’autres fils l’attendaient, l’un d’eux est réveillé.",
        parameters: { "mutex": "le verrou" },
        returns: "0, ou un numéro d’erreur (errno n’est pas touché).",
        errors: { EPERM: "verrou vérifié (`PTHREAD_MUTEX_ERRORCHECK`) : ce fil ne le tient pas" },
    }
    "getaddrinfo" [12], "int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **res);" {
        does: "Trouve les adresses d’un nom de machine et le port d’un service, en IPv4 et en IPv6. Il rend une liste : \
            essayez-les dans l’ordre, puis libérez-la avec `freeaddrinfo`.",
        parameters: {
            "node": "le nom ou l’adresse en texte, ou `NULL`",
            "service": "le service (`\"http\"`) ou le port en texte (`\"80\"`), ou `NULL`",
            "hints": "ce que l’on veut (`ai_family`, `ai_socktype`, `ai_flags`), ou `NULL`",
            "res": "où écrire l’adresse du premier élément de la liste",
        },
        returns: "0, ou une erreur `EAI_…` : ce n’est pas un errno, et c’est `gai_strerror` qui la dit en mots.",
        sleeps: "Le temps d’interroger les serveurs DNS : parfois plusieurs secondes.",
        errors: {
            EAI_NONAME: "ce nom, ou ce service, n’existe pas",
            EAI_AGAIN: "le serveur DNS n’a pas répondu : réessayez plus tard",
            EAI_SERVICE: "ce service n’existe pas pour ce type de socket",
            EAI_FAMILY: "cette famille d’adresses n’est pas connue",
            EAI_SYSTEM: "un appel système a échoué : cette fois, errno dit pourquoi",
        },
    }
    "freeaddrinfo" [12], "void freeaddrinfo(struct addrinfo *res);" {
        does: "Libère toute la liste que `getaddrinfo` a rendue.",
        parameters: { "res": "le premier élément de la liste" },
        returns: "Rien. Ne lisez plus la liste ensuite.",
    }
    "gai_strerror" [12], "const char *gai_strerror(int errcode);" {
        does: "Donne en mots une erreur de `getaddrinfo` ou de `getnameinfo`, comme `strerror` pour errno.",
        parameters: { "errcode": "la valeur rendue" },
        returns: "Le texte. Cet appel n’échoue jamais.",
    }
    "getnameinfo" [12], "int getnameinfo(const struct sockaddr *addr, socklen_t addrlen, char *host, socklen_t hostlen, char *serv, socklen_t servlen, int flags);" {
        does: "L’inverse de `getaddrinfo` : donne en texte l’adresse et le port d’une structure, quelle que soit sa famille.",
        parameters: {
            "addr": "l’adresse",
            "addrlen": "la taille de cette structure",
            "host": "où écrire le nom ou l’adresse, ou `NULL`",
            "hostlen": "la taille de cette place ; `NI_MAXHOST` suffit",
            "serv": "où écrire le service ou le port, ou `NULL`",
            "servlen": "la taille de cette place ; `NI_MAXSERV` suffit",
            "flags": "0, ou `NI_NUMERICHOST` et `NI_NUMERICSERV` : des nombres, sans interroger le DNS",
        },
        returns: "0, ou une erreur `EAI_…`.",
        sleeps: "Le temps d’interroger les serveurs DNS, sauf avec `NI_NUMERICHOST`.",
        errors: {
            EAI_NONAME: "`NI_NAMEREQD` : cette adresse n’a pas de nom",
            EAI_FAMILY: "la famille de l’adresse, ou sa taille, ne convient pas",
            EAI_OVERFLOW: "host ou serv est trop petit",
            EAI_AGAIN: "le serveur DNS n’a pas répondu",
        },
    }
    "htons" [2], "uint16_t htons(uint16_t hostshort);" {
        does: "Met un nombre de 16 bits, comme un port, de l’ordre des octets de la machine dans celui du réseau \
            (gros-boutiste). Ce n’est pas du chiffrement. Sans lui, 3001 devient 47371 sur une machine petit-boutiste.",
        parameters: { "hostshort": "le nombre, dans l’ordre de la machine" },
        returns: "Le nombre, dans l’ordre du réseau. Cet appel n’échoue jamais.",
    }
    "htonl" [2], "uint32_t htonl(uint32_t hostlong);" {
        does: "Met un nombre de 32 bits, comme une adresse IPv4, dans l’ordre des octets du réseau.",
        parameters: { "hostlong": "le nombre, dans l’ordre de la machine, par exemple `INADDR_LOOPBACK`" },
        returns: "Le nombre, dans l’ordre du réseau. Cet appel n’échoue jamais.",
    }
    "ntohs" [2], "uint16_t ntohs(uint16_t netshort);" {
        does: "L’inverse de `htons` : met un port reçu du réseau dans l’ordre de la machine, pour l’afficher.",
        parameters: { "netshort": "le nombre, dans l’ordre du réseau, par exemple `addr.sin_port`" },
        returns: "Le nombre, dans l’ordre de la machine. Cet appel n’échoue jamais.",
    }
    "ntohl" [2], "uint32_t ntohl(uint32_t netlong);" {
        does: "L’inverse de `htonl` : met une adresse IPv4 reçue du réseau dans l’ordre de la machine.",
        parameters: { "netlong": "le nombre, dans l’ordre du réseau" },
        returns: "Le nombre, dans l’ordre de la machine. Cet appel n’échoue jamais.",
    }
    "inet_pton" [2], "int inet_pton(int family, const char *src, void *dst);" {
        does: "Lit une adresse écrite en texte (« p » comme présentation) et l’écrit en binaire (« n » comme network). Il ne \
            connaît pas les noms : `getaddrinfo` est là pour eux.",
        parameters: {
            "family": "`AF_INET` ou `AF_INET6`",
            "src": "le texte, par exemple `\"127.0.0.1\"`",
            "dst": "où écrire : une `struct in_addr` ou `struct in6_addr`, par exemple `&addr.sin_addr`",
        },
        returns: "1 : réussi. 0 : ce texte n’est pas une adresse. -1 et errno : la famille ne convient pas.",
        errors: { EAFNOSUPPORT: "family n’est ni `AF_INET` ni `AF_INET6`" },
    }
    "inet_ntop" [2], "const char *inet_ntop(int family, const void *src, char *dst, socklen_t size);" {
        does: "Écrit en texte une adresse binaire : l’inverse de `inet_pton`.",
        parameters: {
            "family": "`AF_INET` ou `AF_INET6`",
            "src": "l’adresse binaire, par exemple `&addr.sin_addr`",
            "dst": "la place où écrire le texte",
            "size": "sa taille : `INET_ADDRSTRLEN` (16) ou `INET6_ADDRSTRLEN` (46)",
        },
        returns: "dst, ou `NULL` et errno.",
        errors: {
            ENOSPC: "size est trop petit",
            EAFNOSUPPORT: "family n’est ni `AF_INET` ni `AF_INET6`",
        },
    }
    "inet_addr" [2], "in_addr_t inet_addr(const char *cp);" {
        does: "L’ancienne façon de lire une adresse IPv4 en texte. Il ne résout aucun nom, et sa valeur d’échec est aussi une \
            adresse (255.255.255.255) : préférez `inet_pton`.",
        parameters: { "cp": "le texte, par exemple `\"127.0.0.1\"`" },
        returns: "L’adresse dans l’ordre du réseau, ou `INADDR_NONE`, sans errno.",
    }
    "inet_ntoa" [2], "char *inet_ntoa(struct in_addr in);" {
        does: "L’ancienne façon d’écrire une adresse IPv4 en texte. Le texte est dans une place unique que l’appel suivant \
            efface : préférez `inet_ntop`.",
        parameters: { "in": "l’adresse, donnée par valeur : `addr.sin_addr`" },
        returns: "Le texte. Cet appel n’échoue jamais.",
    }
    "strlen" [7], "size_t strlen(const char *s);" {
        does: "Compte les octets d’un texte jusqu’au caractère nul, sans le compter. Sur des octets reçus, ajoutez d’abord ce \
            caractère nul : `recv` ne le fait pas.",
        parameters: { "s": "le texte, terminé par un caractère nul" },
        returns: "Le nombre d’octets. « é » en fait deux en UTF-8.",
    }
    "strstr" [13], "char *strstr(const char *haystack, const char *needle);" {
        does: "Cherche un texte dans un autre : par exemple `\"\\r\\n\\r\\n\"`, la fin des en-têtes, dans ce qui est reçu. Les \
            deux doivent se terminer par un caractère nul, que `recv` n’ajoute pas.",
        parameters: {
            "haystack": "le texte où chercher",
            "needle": "le texte cherché",
        },
        returns: "L’adresse du début du texte trouvé, ou `NULL` s’il n’y est pas.",
    }
    "atoi" [3], "int atoi(const char *nptr);" {
        does: "Lit un nombre entier écrit en texte, comme un port donné en argument. Un texte qui n’est pas un nombre donne 0, \
            sans erreur : vérifiez le résultat, ou préférez `strtol`.",
        parameters: { "nptr": "le texte, par exemple `\"3001\"`" },
        returns: "Le nombre, ou 0.",
    }
    "atol" [13], "long atol(const char *nptr);" {
        does: "Comme `atoi`, pour un `long` : par exemple un Content-Length. Un texte qui n’est pas un nombre donne 0, sans \
            erreur.",
        parameters: { "nptr": "le texte" },
        returns: "Le nombre, ou 0.",
    }
    "memset" [2], "void *memset(void *s, int c, size_t n);" {
        does: "Remplit une zone de mémoire d’un même octet ; `memset(&addr, 0, sizeof addr)` met une structure à zéro.",
        parameters: {
            "s": "la zone",
            "c": "l’octet",
            "n": "combien d’octets remplir",
        },
        returns: "s.",
    }
    "memcpy" [2], "void *memcpy(void *dest, const void *src, size_t n);" {
        does: "Copie des octets d’une zone à une autre. Les deux zones ne doivent pas se recouvrir.",
        parameters: {
            "dest": "la destination",
            "src": "la source",
            "n": "combien d’octets",
        },
        returns: "dest.",
    }
    "strcpy" [21], "char *strcpy(char *dest, const char *src);" {
        does: "Copie un texte, caractère nul compris, sans vérifier la place : dest doit être assez grand. `snprintf` vérifie.",
        parameters: {
            "dest": "la destination",
            "src": "le texte",
        },
        returns: "dest.",
    }
    "snprintf" [7, 13], "int snprintf(char *str, size_t size, const char *format, ...);" {
        does: "Compose un texte dans une place bornée : il n’écrit jamais plus de size octets, caractère nul compris.",
        parameters: {
            "str": "la place",
            "size": "sa taille",
            "format": "le modèle : `%d` (entier), `%s` (texte), `%c` (caractère)…",
            "…": "les valeurs, une par `%`",
        },
        returns: "Le nombre d’octets que le texte entier aurait, sans le caractère nul : size ou plus veut dire qu’il a été coupé.",
        page: "snprintf(3)",
    }
    "printf" [1], "int printf(const char *format, ...);" {
        does: "Compose un texte et l’écrit sur la sortie standard (descripteur 1). Le texte attend dans un tampon : sur un \
            terminal il part à chaque fin de ligne, dans un tube à la fin du programme.",
        parameters: {
            "format": "le modèle : `%d` (entier), `%s` (texte), `%c` (caractère)…",
            "…": "les valeurs, une par `%`",
        },
        returns: "Le nombre d’octets composés, ou un nombre négatif.",
    }
    "perror" [1], "void perror(const char *s);" {
        does: "Écrit sur la sortie d’erreur (descripteur 2) votre texte, deux-points, puis errno en mots : \
            `bind: Adresse déjà utilisée`. À n’appeler qu’après un échec : après un succès, errno garde une vieille valeur.",
        parameters: { "s": "votre texte, d’ordinaire le nom de l’appel raté" },
        returns: "Rien.",
    }
    "strerror" [1], "char *strerror(int errnum);" {
        does: "Donne un numéro d’errno en mots.",
        parameters: { "errnum": "le numéro, d’ordinaire `errno`" },
        returns: "Le texte, ou « Erreur inconnue » et le numéro.",
    }
    "FD_ZERO" [18], "void FD_ZERO(fd_set *set);" {
        does: "Vide un ensemble de descripteurs, avant de le remplir pour `select`.",
        parameters: { "set": "l’ensemble" },
        returns: "Rien.",
        page: "select(2)",
    }
    "FD_SET" [18], "void FD_SET(int fd, fd_set *set);" {
        does: "Ajoute un descripteur à un ensemble. Au-delà de `FD_SETSIZE` (1024), il écrit hors de l’ensemble : `poll` n’a \
            pas cette limite.",
        parameters: {
            "fd": "le descripteur",
            "set": "l’ensemble",
        },
        returns: "Rien.",
        page: "select(2)",
    }
    "FD_CLR" [18], "void FD_CLR(int fd, fd_set *set);" {
        does: "Retire un descripteur d’un ensemble.",
        parameters: {
            "fd": "le descripteur",
            "set": "l’ensemble",
        },
        returns: "Rien.",
        page: "select(2)",
    }
    "FD_ISSET" [18], "int FD_ISSET(int fd, fd_set *set);" {
        does: "Dit si un descripteur est dans un ensemble : après `select`, s’il est prêt.",
        parameters: {
            "fd": "le descripteur",
            "set": "l’ensemble",
        },
        returns: "Autre chose que 0 s’il y est, 0 sinon.",
        page: "select(2)",
    }
    "WIFEXITED" [16], "int WIFEXITED(int status);" {
        does: "Dit si l’enfant recueilli par `waitpid` s’est terminé de lui-même (`exit`, ou fin de `main`).",
        parameters: { "status": "ce que `waitpid` a écrit" },
        returns: "Autre chose que 0 si oui, 0 sinon.",
        page: "waitpid(2)",
    }
    "WEXITSTATUS" [16], "int WEXITSTATUS(int status);" {
        does: "Donne le code de sortie de l’enfant. Il n’a de sens que si `WIFEXITED` dit oui.",
        parameters: { "status": "ce que `waitpid` a écrit" },
        returns: "Le code de sortie, de 0 à 255.",
        page: "waitpid(2)",
    }
    "WIFSIGNALED" [16], "int WIFSIGNALED(int status);" {
        does: "Dit si un signal a tué l’enfant recueilli par `waitpid`.",
        parameters: { "status": "ce que `waitpid` a écrit" },
        returns: "Autre chose que 0 si oui, 0 sinon.",
        page: "waitpid(2)",
    }
    "WTERMSIG" [16], "int WTERMSIG(int status);" {
        does: "Donne le signal qui a tué l’enfant. Il n’a de sens que si `WIFSIGNALED` dit oui.",
        parameters: { "status": "ce que `waitpid` a écrit" },
        returns: "Le numéro du signal : 13 pour `SIGPIPE`, 9 pour `SIGKILL`.",
        page: "waitpid(2)",
    }
};
