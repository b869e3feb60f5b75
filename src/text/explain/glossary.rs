//! The words of the lessons, in French, with the English term that manuals use.

pub(super) struct Word {
    /// As the lessons write it.
    pub name: &'static str,
    /// Other ways to ask for it, English ones among them.
    pub aliases: &'static [&'static str],
    pub meaning: &'static str,
    pub lessons: &'static [u32],
}

/// Declares the table.
macro_rules! words {
    ($($word:literal [$($alias:literal),* $(,)?] $lessons:expr, $meaning:literal;)*) => {
        &[$(Word { name: $word, aliases: &[$($alias),*], meaning: $meaning, lessons: &$lessons },)*]
    };
}

pub(super) const WORDS: &[Word] = words! {
    "adresse IP" ["adresse", "ip", "ip address", "ipv4"] [0, 2],
        "Le numéro d’une machine sur le réseau, ou plutôt d’une de ses cartes : 192.168.1.14 en IPv4, 32 bits. Une machine en a \
         plusieurs, dont 127.0.0.1, qui la désigne elle-même.";
    "à l’écoute" ["écoute", "ecouter", "listening"] [4],
        "Un socket est à l’écoute (état LISTEN) après `listen` : le noyau accepte alors les connexions qui arrivent à son port.";
    "appel système" ["syscall", "system call", "appel"] [0, 1],
        "Une demande d’un programme au noyau (system call) : ouvrir un socket, envoyer des octets. Le programme attend la \
         réponse ; si elle ne peut venir tout de suite, il dort. La page `man 2` de chaque appel le décrit.";
    "backlog" ["longueur de la file"] [4],
        "Le second argument de `listen` : la longueur de la file d’accept. Linux garde une connexion de plus, et plafonne par \
         `net.core.somaxconn`. Ce n’est pas le nombre de clients servis.";
    "bibliothèque C" ["libc", "glibc", "musl"] [1],
        "Les fonctions du C standard, entre le programme et le noyau : `printf`, `getaddrinfo`. Beaucoup ne font qu’un appel système, \
         parfois sous un autre nom : `send` devient `sendto`, `fork` devient `clone`.";
    "bloquant" ["bloquer", "bloqué", "bloque", "blocking", "appel bloquant"] [0, 5],
        "Un appel bloquant ne revient que lorsqu’il a de quoi répondre : `accept` attend un client, `recv` des octets. Pendant \
         ce temps, le processus dort et ne consomme rien. C’est le comportement par défaut des sockets.";
    "boucle locale" ["loopback", "127.0.0.1", "lo", "::1"] [0, 3],
        "Le réseau interne d’une machine (loopback), aux adresses 127.0.0.1 et `::1` : ce que l’on y envoie n’en sort pas. Un \
         serveur qui n’écoute que là est invisible des autres machines.";
    "caractère nul" ["nul", "octet nul", "zéro final", "\\0"] [7, 8],
        "L’octet 0 qui termine un texte en C. `strlen` ne le compte pas, `send` ne l’envoie que si vous le comptez, `recv` ne \
         l’ajoute pas : avant d’afficher ce que vous avez reçu, écrivez-le vous-même (`tampon[n] = 0`).";
    "client" [] [0, 6],
        "Le programme qui demande la connexion (`connect`). Il n’a pas besoin de `bind` : le noyau lui choisit un port éphémère.";
    "connexion" ["connection", "quadruplet"] [5, 6],
        "Le lien entre deux sockets TCP, désigné par quatre valeurs : adresse et port d’un côté, adresse et port de l’autre. Deux \
         clients du même serveur diffèrent par leur adresse ou leur port.";
    "constat" ["défaut", "fragilité", "conseil", "diagnostic", "finding"] [],
        "Ce que `socketlab trace` reconnaît dans les appels d’un programme : un défaut est toujours faux, une fragilité casse sous une \
         condition, un conseil améliore, une information n’est la faute de personne. Liste : `socketlab explain défauts`.";
    "course" ["race", "race condition", "accès concurrent", "lost update"] [17],
        "Deux fils changent la même donnée en même temps, et le résultat dépend de l’ordre (race condition) : une des deux \
         modifications peut se perdre. Un verrou (`pthread_mutex_lock`) l’évite.";
    "datagramme" ["datagram", "paquet udp"] [20],
        "Un message entier d’UDP : il arrive en un morceau ou pas du tout, peut se perdre, être doublé ou arriver après un \
         autre. Ses bornes sont gardées, au contraire d’un flux.";
    "délai d’attente" ["timeout", "délai"] [11, 18],
        "Le temps au bout duquel un appel renonce (timeout). Par défaut, `recv` et `accept` n’en ont pas ; `SO_RCVTIMEO` en \
         donne un, et `poll` en prend un en argument.";
    "demi-fermeture" ["half-close", "half close", "demi fermeture", "fermé en émission", "fermé en réception"] [10],
        "Un seul sens de la connexion est fermé : `shutdown(fd, SHUT_WR)` dit « je n’enverrai plus rien », et l’on peut encore \
         recevoir. Le pair lit 0, et peut encore envoyer.";
    "descripteur" ["descripteur de fichier", "fd", "file descriptor"] [1],
        "Un petit nombre entier par lequel un processus désigne ce qu’il a ouvert (file descriptor) : fichier, tube, socket. 0, 1 \
         et 2 sont l’entrée, la sortie et la sortie d’erreur ; le noyau donne toujours le plus petit numéro libre.";
    "endormi" ["dormir", "sleeping", "état s", "asleep"] [5],
        "Un processus endormi (état S dans `ps`) attend un événement, sans consommer de temps de calcul. Le noyau le réveille quand \
         cet événement arrive : un client, des octets, un signal.";
    "enfant" ["processus enfant", "child"] [16],
        "Le processus que `fork` crée : une copie de son parent, qui continue à la ligne suivante avec les mêmes descripteurs.";
    "envoi partiel" ["short write", "short send", "écriture partielle"] [7],
        "Un `send` qui rend moins que la longueur demandée : le tampon d’émission n’avait pas plus de place. Le reste est à renvoyer, \
         dans une boucle.";
    "errno" ["numéro d’erreur"] [1],
        "La variable où la bibliothèque C écrit la cause du dernier échec. Elle n’a de sens qu’après un échec (-1) : un succès ne \
         la remet pas à 0. `perror` et `strerror` la disent en mots. Une page par erreur : `socketlab explain EADDRINUSE`.";
    "fermeture" ["fin", "fermer", "FIN"] [10],
        "Chaque sens d’une connexion TCP se ferme à part, par un paquet FIN. `close` sur le dernier descripteur ferme les deux ; \
         `shutdown` ferme celui que l’on veut. Le pair qui a tout lu reçoit alors 0 de `recv`.";
    "fil" ["thread", "fil d’exécution"] [17],
        "Une exécution à l’intérieur d’un processus (thread). Les fils d’un processus partagent sa mémoire et ses descripteurs : \
         ce que l’un ferme est fermé pour tous.";
    "file d’accept" ["accept queue", "file", "file d’attente", "file d’attente d’accept"] [4, 5],
        "La file où le noyau range les connexions déjà établies que le serveur n’a pas encore prises (accept queue). `listen` en \
         fixe la longueur, `accept` en retire la première. Pleine, les clients suivants attendent en SYN_SENT.";
    "flux" ["stream", "flux d’octets", "byte stream"] [7, 8],
        "TCP transporte une suite d’octets, sans bornes de messages (stream). Deux `send` peuvent arriver en un seul `recv`, un \
         `send` en plusieurs. C’est au programme de dire où finit un message : délimiteur ou longueur.";
    "fuite de descripteurs" ["fuite", "fd leak", "leak"] [15],
        "Un programme qui oublie `close` garde ses descripteurs jusqu’à sa fin. Un serveur arrive ainsi à sa limite : `accept` \
         rend alors EMFILE, et plus aucun client n’est servi.";
    "gestionnaire de signal" ["handler", "signal handler", "gestionnaire"] [16],
        "La fonction qu’un programme fait appeler à l’arrivée d’un signal (`sigaction`). L’appel qui dormait est interrompu : il rend \
         EINTR, ou reprend si `SA_RESTART` est demandé.";
    "gros-boutiste" ["big-endian", "big endian", "gros boutiste"] [2],
        "L’octet le plus fort d’abord (big-endian). C’est l’ordre du réseau : le port 3001, 0x0bb9, s’y écrit 0b b9.";
    "hôte" ["host", "machine"] [0],
        "Une machine du réseau (host), désignée par une adresse IP ou par un nom.";
    "HTTP" ["protocole http", "web"] [13, 14],
        "Le protocole du web : une requête en texte (ligne de requête, en-têtes, ligne vide), une réponse de même forme. Les \
         lignes y finissent par `\\r\\n`. Port habituel : 80.";
    "ICMP" [] [20],
        "Le protocole par lequel les machines se signalent des erreurs : « personne n’écoute sur ce port UDP ». Le noyau en fait une \
         erreur (ECONNREFUSED) à l’appel suivant.";
    "informations de débogage" ["dwarf", "-g", "symboles de débogage"] [],
        "Ce que `gcc -g` ajoute au programme : à quelle ligne du source vient chaque instruction (DWARF). Sans elles, `trace` ne peut \
         nommer la ligne d’un appel.";
    "interface" ["carte réseau", "toutes les interfaces"] [3],
        "Un point d’accès de la machine au réseau : `lo` (boucle locale), `eth0`, `wlan0`… Écouter sur 0.0.0.0, c’est écouter sur \
         toutes : le serveur est visible depuis tout le réseau.";
    "io_uring" ["uring"] [],
        "Deux files partagées avec le noyau, où un programme dépose ses demandes sans faire d’appel système. `trace` voit la file \
         s’ouvrir, pas ce qui y passe.";
    "IPv6" ["adresse ipv6"] [12, 23],
        "La version d’IP à adresses de 128 bits, écrites en hexadécimal : `::1` est la boucle locale. La famille est `AF_INET6`.";
    "localhost" [] [0, 12],
        "Le nom de la machine pour elle-même : 127.0.0.1 ou `::1`. Ce n’est pas l’adresse que les autres machines connaissent.";
    "multiplexage" ["multiplexing", "entrées-sorties multiplexées"] [18],
        "Surveiller plusieurs descripteurs dans un seul processus et ne s’occuper que de ceux qui sont prêts : `select`, `poll`, \
         `epoll`.";
    "nom de domaine" ["dns", "résolution", "résolution de noms", "domaine"] [12],
        "Un nom comme `www.exemple.fr`. Le DNS, une base de données répartie, en donne les adresses ; en C, on les demande à \
         `getaddrinfo`.";
    "non bloquant" ["non-bloquant", "nonblocking", "non-blocking"] [18],
        "Un descripteur réglé avec `O_NONBLOCK` ne fait jamais dormir : l’appel qui devrait attendre rend -1 avec EAGAIN. Cela ne va \
         pas plus vite : cela laisse le choix de ce que l’on attend.";
    "noyau" ["kernel"] [0, 1],
        "La partie du système qui possède les sockets, le réseau et les processus (kernel). Un programme ne fait que lui demander, \
         par des appels système.";
    "octet" ["byte"] [2],
        "Huit bits, une valeur de 0 à 255 (byte). Un caractère accentué en fait plusieurs en UTF-8.";
    "ordre des octets" ["byte order", "boutisme", "endianness", "ordre du réseau", "network byte order"] [2],
        "L’ordre dans lequel les octets d’un nombre sont rangés (byte order). Les PC sont petit-boutistes, le réseau est \
         gros-boutiste : ports et adresses passent par `htons`, `htonl` avant d’aller dans une `struct sockaddr_in`.";
    "orphelin" ["orphan", "processus orphelin"] [16],
        "Un processus dont le parent est fini. Un autre l’adopte, et l’attendra à sa place : il ne restera pas zombie.";
    "pair" ["peer", "correspondant"] [5, 9],
        "L’autre bout d’une connexion (peer). Une fois la connexion faite, client et serveur sont des pairs : chacun peut envoyer \
         et recevoir.";
    "panne provoquée" ["panne", "faute", "fault", "injection de fautes", "--fault"] [],
        "Un échec que `socketlab trace --fault` fait arriver exprès : `recv:EINTR`, `send:short=3`. Le programme ne voit pas la \
         différence, et l’on voit s’il s’en remet.";
    "paquet" ["packet", "segment"] [22],
        "Un morceau de ce qui circule sur le réseau. TCP découpe et recolle les octets à sa guise : les programmes ne voient pas \
         les paquets.";
    "petit-boutiste" ["little-endian", "little endian", "petit boutiste"] [2],
        "L’octet le plus faible d’abord (little-endian). C’est l’ordre des PC et de la plupart des ARM : 3001, 0x0bb9, s’y range b9 0b.";
    "pile" ["stack", "pile d’appels", "backtrace"] [],
        "La mémoire où un programme garde ses variables locales et les fonctions en cours d’appel (stack). Un tampon jamais rempli y \
         contient ce que d’autres fonctions ont laissé. `trace` la parcourt pour trouver la ligne de votre programme.";
    "poignée de main" ["handshake", "three-way handshake", "poignée de main en trois temps", "syn", "syn-ack"] [6],
        "L’échange qui fait une connexion TCP (three-way handshake) : SYN du client, SYN-ACK du serveur, ACK du client. Les deux \
         noyaux le font ; `accept` n’y prend pas part.";
    "port" ["numéro de port"] [0, 3],
        "Un nombre de 1 à 65535 qui désigne, sur une machine, un service ou un client. TCP et UDP ont chacun les leurs. En dessous de \
         1024, ils sont réservés : il faut un privilège pour y faire `bind`.";
    "port éphémère" ["ephemeral port", "ephemere", "port ephemere"] [6],
        "Le port que le noyau choisit pour un client qui n’a pas fait `bind` (ephemeral port), d’ordinaire entre 32768 et 60999. \
         `getsockname` le donne.";
    "processus" ["process", "pid"] [0, 16],
        "Un programme en cours d’exécution, avec sa mémoire et ses descripteurs. Son numéro est le pid, que montrent `ps` et `ss -p`.";
    "protocole" ["protocol"] [0],
        "Les règles d’un échange : qui parle, quand, sous quelle forme. TCP et UDP sont des protocoles de transport ; HTTP, SMTP, FTP \
         s’appuient sur TCP.";
    "réinitialisation" ["rst", "reset", "connection reset"] [10, 11],
        "Une fin brutale (RST) : le noyau coupe la connexion sans attendre, et ce qui n’est pas encore lu est perdu. Le pair voit \
         ECONNRESET. Cela arrive quand un programme ferme sans avoir lu tout ce qu’il a reçu.";
    "réveillé" ["réveiller", "réveil", "wake", "woken"] [5],
        "Le noyau réveille un processus endormi quand ce qu’il attendait est là : un client pour `accept`, des octets pour `recv`.";
    "seccomp" ["filtre seccomp", "filtre"] [],
        "Un filtre que le noyau applique aux appels d’un programme. `socketlab trace` s’en sert pour n’arrêter le programme qu’aux \
         appels qui comptent ; les conteneurs, pour en interdire.";
    "serveur" ["server"] [0, 4],
        "Le programme qui attend les clients à un port connu : `socket`, `bind`, `listen`, puis `accept`.";
    "serveur concurrent" ["concurrent", "serveur multiclient"] [16, 17, 18],
        "Un serveur qui s’occupe de plusieurs clients à la fois : un processus par client (`fork`), un fil par client, ou un seul \
         processus qui surveille tout (`poll`).";
    "serveur itératif" ["itératif", "iterative"] [15],
        "Un serveur qui sert un client après l’autre : le suivant attend dans la file d’accept que le premier ait fini.";
    "signal" ["signals"] [10, 16],
        "Un message très court du noyau à un processus : Ctrl-C (`SIGINT`), fin d’un enfant (`SIGCHLD`), écriture dans une connexion \
         rompue (`SIGPIPE`). Il peut tuer, être ignoré, ou appeler une fonction ; un appel endormi peut alors rendre EINTR.";
    "sockaddr_in" ["struct sockaddr_in", "sockaddr", "struct sockaddr"] [2],
        "La structure de 16 octets d’une adresse IPv4 : famille (2), port (2), adresse (4), puis 8 octets à zéro. Port et adresse y \
         sont dans l’ordre du réseau. Les appels la prennent comme `struct sockaddr *`, avec sa taille.";
    "socket" ["sockets", "la socket", "le socket"] [0, 1],
        "Le point par lequel un programme entre en communication : un objet du noyau, désigné par un descripteur. Une connexion en \
         relie deux, un à chaque bout ; chacun a ses tampons et son état. On dit aussi « la socket ».";
    "socket connecté" ["connected socket"] [5],
        "Le socket qui transporte les octets d’un client : celui que rend `accept`, ou celui de `connect`. Il y en a un par client, \
         et le socket d’écoute n’en est pas changé.";
    "socket d’écoute" ["listening socket", "socket serveur"] [4, 5],
        "Le socket à l’écoute d’un port : il ne sert qu’à `accept`. Y lire ou y écrire échoue (ENOTCONN, EPIPE).";
    "tampon" ["buffer"] [7, 8],
        "Une zone de mémoire d’attente (buffer) : celle du programme, où `recv` écrit, ou celles du noyau, où attendent les octets \
         envoyés et reçus.";
    "tampon d’émission" ["send-q", "send buffer", "tampon d’envoi", "send queue"] [7],
        "Les octets que `send` a confiés au noyau et que le pair n’a pas encore acquittés (Send-Q dans `ss`). Quand il est plein, \
         `send` dort.";
    "tampon de réception" ["recv-q", "receive buffer", "receive queue"] [7, 8],
        "Les octets arrivés que le programme n’a pas encore lus (Recv-Q dans `ss`). Quand il est plein, le noyau demande au pair \
         d’attendre.";
    "TCP" ["tcp/ip"] [0, 7],
        "Le protocole des connexions : un flux d’octets dans chaque sens, sans perte, sans doublon, dans l’ordre. Une coupure du réseau \
         n’est vue qu’à l’envoi suivant, ou jamais.";
    "trace" ["tracer", "suivre", "strace", "suivi"] [],
        "La suite des appels système d’un programme, dans l’ordre, avec ce que chacun a rendu. `socketlab trace -- ./serveur` la \
         montre en français ; `strace` la montre aussi.";
    "traceur" ["ptrace", "tracer process", "débogueur", "gdb"] [],
        "Un processus qui en suit un autre par `ptrace` : le noyau arrête le second à chaque appel, le premier regarde et le fait \
         repartir. C’est ce que font `gdb`, `strace` et `socketlab trace`. Un processus n’a qu’un traceur à la fois.";
    "tube" ["pipe", "tuyau"] [1],
        "Un passage à sens unique entre deux descripteurs (pipe). Une connexion TCP se comporte comme deux tubes, un dans chaque sens.";
    "UDP" [] [20],
        "Le protocole des datagrammes : pas de connexion, pas d’accusé de réception. Un envoi qui réussit ne dit rien de l’arrivée.";
    "verrou" ["mutex", "lock"] [17],
        "Ce qui réserve une donnée à un seul fil à la fois (mutex) : `pthread_mutex_lock`, puis `pthread_mutex_unlock`.";
    "yama" ["ptrace_scope"] [],
        "Le réglage du noyau qui dit qui peut suivre qui (`/proc/sys/kernel/yama/ptrace_scope`) : 0, les processus du même compte ; \
         1, seulement ses propres enfants ; 2, l’administrateur ; 3, personne.";
    "zombie" ["defunct"] [16],
        "Un processus fini que son parent n’a pas encore attendu par `waitpid` : il ne tient plus ni mémoire ni descripteur, mais garde \
         sa ligne dans la table des processus.";
};
