//! Error numbers in French: what perror(3) prints, what it means, and one thing to do.
//!
//! The texts of [`french`] and [`gai_french`] are those of glibc's French message catalogue
//! (`libc.mo`, domain `libc`, glibc 2.36), embedded because systems often lack the `fr_FR` locale.
//! They keep its ASCII apostrophe and its wording. The meanings come from errno(3), the manual
//! page of each call and `gai_strerror`(3).

use crate::syscall::{errno::Errno, gai::GaiError};

/// What is said in French of one error number.
struct Entry {
    errno: Errno,
    french: &'static str,
    meaning: &'static str,
    advice: Option<&'static str>,
}

/// What is said in French of one error of getaddrinfo(3).
struct GaiEntry {
    error: GaiError,
    french: &'static str,
    meaning: &'static str,
}

/// What glibc's catalogue says of a number that it does not know (it adds the number).
const UNKNOWN: &str = "Erreur inconnue";

/// What is said of the meaning of a number that is in no table.
const UNKNOWN_MEANING: &str = "Ce numéro d’erreur n’est pas dans la table de Linux.";

/// What is said of the meaning of an unknown error of getaddrinfo(3).
const UNKNOWN_GAI_MEANING: &str = "Ce numéro n’est pas une erreur connue de `getaddrinfo`.";

/// Every error number of Linux, sorted by number.
const TABLE: &[Entry] = &[
    Entry {
        errno: Errno::EPERM,
        french: "Opération non permise",
        meaning: "L’opération est réservée à un compte privilégié, ou au propriétaire de \
            l’objet : par exemple créer un socket `SOCK_RAW`, ou tuer le processus d’un autre.",
        advice: Some(
            "Regardez quel compte lance le programme avec `id` : l’appel demande une capacité \
                que ce compte n’a pas.",
        ),
    },
    Entry {
        errno: Errno::ENOENT,
        french: "Aucun fichier ou dossier de ce type",
        meaning: "Le chemin donné n’existe pas. Pour un socket `AF_UNIX`, aucun fichier socket \
            n’a été créé à cet endroit par `bind`.",
        advice: Some(
            "Vérifiez le chemin, et le dossier depuis lequel le programme est lancé, avec `pwd` \
                puis `ls -l`.",
        ),
    },
    Entry {
        errno: Errno::ESRCH,
        french: "Aucun processus de ce type",
        meaning: "Aucun processus ne porte ce numéro : il est déjà terminé et son parent l’a \
            attendu, ou il n’a jamais existé.",
        advice: Some("Cherchez le processus avec `ps -e` avant de lui envoyer un signal."),
    },
    Entry {
        errno: Errno::EINTR,
        french: "Appel système interrompu",
        meaning: "Un signal est arrivé pendant que l’appel dormait : le noyau l’a réveillé avant \
            qu’il n’ait rien fait.",
        advice: Some(
            "Recommencez l’appel dans une boucle, ou installez le gestionnaire de signal avec \
                `SA_RESTART`.",
        ),
    },
    Entry {
        errno: Errno::EIO,
        french: "Erreur d'entrée/sortie",
        meaning: "Le matériel, ou le terminal, a échoué pendant la lecture ou l’écriture.",
        advice: Some("Relisez les derniers messages du noyau avec `dmesg | tail`."),
    },
    Entry {
        errno: Errno::ENXIO,
        french: "Aucun périphérique ou adresse",
        meaning: "Il n’y a rien à l’autre bout : un tube nommé ouvert en écriture non bloquante \
            sans lecteur, ou un fichier socket ouvert avec `open` au lieu de `connect`.",
        advice: Some(
            "Ouvrez d’abord l’autre bout du tube ; pour un fichier socket, employez `socket` \
                puis `connect`.",
        ),
    },
    Entry {
        errno: Errno::E2BIG,
        french: "Liste d'arguments trop longue",
        meaning: "Les arguments et l’environnement donnés à `execve` sont trop longs pour le \
            noyau.",
        advice: None,
    },
    Entry {
        errno: Errno::ENOEXEC,
        french: "Erreur de format pour exec()",
        meaning: "Le fichier a le droit d’exécution, mais son contenu n’est ni un programme \
            reconnu par le noyau, ni un script qui commence par `#!`.",
        advice: Some("Regardez ce que contient le fichier avec `file ./programme`."),
    },
    Entry {
        errno: Errno::EBADF,
        french: "Mauvais descripteur de fichier",
        meaning: "Ce numéro n’est pas celui d’un descripteur ouvert dans ce processus, ou il \
            n’est pas ouvert dans le bon sens. Souvent, il a déjà été fermé, ou l’appel qui \
            devait le donner a échoué et rendu -1.",
        advice: Some(
            "Cherchez le `close` fait trop tôt, et vérifiez que l’appel qui a donné le \
                descripteur n’a pas rendu -1.",
        ),
    },
    Entry {
        errno: Errno::ECHILD,
        french: "Aucun processus enfant",
        meaning: "Ce processus n’a pas, ou plus, d’enfant à attendre.",
        advice: Some(
            "Quittez la boucle de `waitpid` : tous les enfants ont été attendus, ou `SIGCHLD` \
                est ignoré et le noyau les a déjà retirés.",
        ),
    },
    Entry {
        errno: Errno::EAGAIN,
        french: "Ressource temporairement non disponible",
        meaning: "Rien n’est prêt pour l’instant et le descripteur est non bloquant, ou son \
            délai d’attente est passé. Ce n’est pas une panne (`EWOULDBLOCK` porte le même \
            numéro).",
        advice: Some("Attendez que le descripteur soit prêt avec `poll`, puis recommencez l’appel."),
    },
    Entry {
        errno: Errno::ENOMEM,
        french: "Ne peut allouer de la mémoire",
        meaning: "Le noyau n’a plus assez de mémoire pour cette demande.",
        advice: Some("Regardez la mémoire disponible avec `free -h`."),
    },
    Entry {
        errno: Errno::EACCES,
        french: "Permission non accordée",
        meaning: "Le droit demandé manque : port inférieur à 1024 sans privilège, fichier ou \
            dossier interdit, diffusion sans `SO_BROADCAST`.",
        advice: Some(
            "Choisissez un port à partir de 1024 ; pour un fichier, regardez les droits avec `ls \
                -l`.",
        ),
    },
    Entry {
        errno: Errno::EFAULT,
        french: "Mauvaise adresse",
        meaning: "Un pointeur donné au noyau désigne une mémoire qui n’appartient pas au \
            programme, ou qu’il n’a pas le droit d’écrire.",
        advice: Some("Vérifiez le pointeur et la taille passés à l’appel : avez-vous oublié un `&` ?"),
    },
    Entry {
        errno: Errno::ENOTBLK,
        french: "Bloc de périphérique requis",
        meaning: "L’opération demande un périphérique en mode bloc, et le fichier donné n’en est \
            pas un.",
        advice: None,
    },
    Entry {
        errno: Errno::EBUSY,
        french: "Périphérique ou ressource occupé",
        meaning: "La ressource est déjà utilisée, et elle ne se partage pas.",
        advice: Some("Cherchez qui l’utilise avec `lsof` ou `fuser -v`."),
    },
    Entry {
        errno: Errno::EEXIST,
        french: "Le fichier existe",
        meaning: "Le fichier existe déjà, alors que l’appel devait le créer. Pour `epoll_ctl`, \
            le descripteur est déjà surveillé.",
        advice: Some(
            "Retirez l’ancien fichier avec `unlink`, ou employez `EPOLL_CTL_MOD` pour un \
                descripteur déjà surveillé.",
        ),
    },
    Entry {
        errno: Errno::EXDEV,
        french: "Lien physique inter-périphérique invalide",
        meaning: "Un lien ou un renommage ne peut pas passer d’un système de fichiers à un \
            autre.",
        advice: None,
    },
    Entry {
        errno: Errno::ENODEV,
        french: "Aucun périphérique de ce type",
        meaning: "Le périphérique demandé n’existe pas : par exemple une interface réseau dont \
            le nom ou l’indice est inconnu.",
        advice: Some("Regardez le nom des interfaces avec `ip link`."),
    },
    Entry {
        errno: Errno::ENOTDIR,
        french: "N'est pas un dossier",
        meaning: "Un élément du chemin devait être un dossier, et c’est un autre type de \
            fichier.",
        advice: Some("Vérifiez chaque élément du chemin avec `ls -ld`."),
    },
    Entry {
        errno: Errno::EISDIR,
        french: "est un dossier",
        meaning: "Le chemin désigne un dossier, et l’opération demande un fichier.",
        advice: Some(
            "Ajoutez le nom du fichier au chemin : un serveur web ouvre `index.html`, et non le \
                dossier.",
        ),
    },
    Entry {
        errno: Errno::EINVAL,
        french: "Argument invalide",
        meaning: "Un argument n’a pas de sens pour cet appel : mauvaise taille d’adresse, \
            drapeau inconnu, `bind` sur un socket qui a déjà une adresse, ou `accept` sur un \
            socket qui n’est pas à l’écoute.",
        advice: Some(
            "Comparez chaque argument à la page de manuel, et vérifiez l’ordre des appels : \
                `bind`, puis `listen`, puis `accept`.",
        ),
    },
    Entry {
        errno: Errno::ENFILE,
        french: "Trop de fichiers ouverts dans le système",
        meaning: "Le système entier a atteint son nombre maximal de fichiers ouverts.",
        advice: Some("Lisez la limite et l’usage avec `cat /proc/sys/fs/file-nr`."),
    },
    Entry {
        errno: Errno::EMFILE,
        french: "Trop de fichiers ouverts",
        meaning: "Ce processus a atteint son nombre maximal de descripteurs ouverts. C’est \
            souvent une fuite de descripteurs.",
        advice: Some(
            "Comptez les descripteurs avec `ls /proc/PID/fd | wc -l` et cherchez le `close` \
                oublié ; la limite est donnée par `ulimit -n`.",
        ),
    },
    Entry {
        errno: Errno::ENOTTY,
        french: "Ioctl() inapproprié pour un périphérique",
        meaning: "La commande `ioctl` ne convient pas à ce type de descripteur : souvent, ce \
            n’est pas un terminal.",
        advice: None,
    },
    Entry {
        errno: Errno::ETXTBSY,
        french: "Fichier texte occupé",
        meaning: "Le fichier est un programme en cours d’exécution : il ne peut pas être écrit. \
            Ou bien il est ouvert en écriture, et ne peut pas être exécuté.",
        advice: Some("Arrêtez le serveur avant de le recompiler, puis relancez la compilation."),
    },
    Entry {
        errno: Errno::EFBIG,
        french: "Fichier trop gros",
        meaning: "L’écriture dépasserait la taille maximale permise pour un fichier.",
        advice: None,
    },
    Entry {
        errno: Errno::ENOSPC,
        french: "Aucun espace disponible sur le périphérique",
        meaning: "Il ne reste plus de place sur le disque, ou plus de place pour la ressource \
            demandée.",
        advice: Some("Regardez la place libre avec `df -h`."),
    },
    Entry {
        errno: Errno::ESPIPE,
        french: "Repérage non permis",
        meaning: "Un socket, un tube ou un terminal n’a pas de position : on ne peut pas s’y \
            déplacer avec `lseek`.",
        advice: Some("Lisez les octets dans l’ordre et gardez dans un tampon ceux dont vous aurez besoin."),
    },
    Entry {
        errno: Errno::EROFS,
        french: "Système de fichiers accessible en lecture seulement",
        meaning: "Le système de fichiers est monté en lecture seule : rien ne peut y être écrit.",
        advice: Some("Écrivez ailleurs, par exemple sous `/tmp`."),
    },
    Entry {
        errno: Errno::EMLINK,
        french: "Trop de liens",
        meaning: "Le fichier a déjà le nombre maximal de liens permis.",
        advice: None,
    },
    Entry {
        errno: Errno::EPIPE,
        french: "Relais brisé (pipe)",
        meaning: "Plus personne ne lira : le pair a fermé, ou ce socket est fermé en émission. \
            Le noyau envoie aussi `SIGPIPE`, qui termine le programme s’il n’est ni ignoré ni \
            traité.",
        advice: Some(
            "Écrivez avec `send` et `MSG_NOSIGNAL`, et fermez le descripteur dès que l’erreur \
                arrive.",
        ),
    },
    Entry {
        errno: Errno::EDOM,
        french: "L'argument numérique est hors du domaine",
        meaning: "Un argument sort du domaine d’une fonction mathématique, ou d’un réglage comme \
            `SO_RCVTIMEO`.",
        advice: None,
    },
    Entry {
        errno: Errno::ERANGE,
        french: "Le résultat numérique est en dehors de l'intervalle",
        meaning: "Le résultat est trop grand pour être représenté : `strtol` a lu un nombre hors \
            limites, ou le tampon donné est trop court.",
        advice: Some("Vérifiez les bornes du nombre lu : un port va de 0 à 65535."),
    },
    Entry {
        errno: Errno::EDEADLK,
        french: "Blocage évité des accès aux ressources",
        meaning: "Attendre ce verrou bloquerait tout le monde pour toujours : chacun attend \
            l’autre (`EDEADLOCK` porte le même numéro).",
        advice: Some("Prenez toujours les verrous dans le même ordre."),
    },
    Entry {
        errno: Errno::ENAMETOOLONG,
        french: "Nom de fichier trop long",
        meaning: "Le chemin, ou un de ses éléments, est trop long. Un nom de fichier a au plus \
            255 octets.",
        advice: Some("Choisissez un chemin plus court : celui d’un socket `AF_UNIX` tient en 107 octets."),
    },
    Entry {
        errno: Errno::ENOLCK,
        french: "Aucun verrou disponible",
        meaning: "Le noyau ne peut plus donner de verrou de fichier.",
        advice: None,
    },
    Entry {
        errno: Errno::ENOSYS,
        french: "Fonction non implantée",
        meaning: "Ce noyau ne connaît pas cet appel système, ou un filtre de sécurité (par \
            exemple seccomp) le cache.",
        advice: Some(
            "Regardez la version du noyau avec `uname -r`, et si le programme tourne dans un \
                conteneur.",
        ),
    },
    Entry {
        errno: Errno::ENOTEMPTY,
        french: "Le dossier n'est pas vide",
        meaning: "Le dossier contient encore des fichiers : il ne peut pas être retiré.",
        advice: None,
    },
    Entry {
        errno: Errno::ELOOP,
        french: "Trop de niveaux de liens symboliques",
        meaning: "Le chemin traverse trop de liens symboliques, ou ils forment une boucle. Pour \
            epoll, des instances se surveillent en cercle.",
        advice: None,
    },
    Entry {
        errno: Errno::ENOMSG,
        french: "Aucun message du type désiré",
        meaning: "La file ne contient aucun message du type demandé.",
        advice: None,
    },
    Entry {
        errno: Errno::EIDRM,
        french: "Identificateur éliminé",
        meaning: "La file de messages, le sémaphore ou la mémoire partagée System V a été \
            supprimée pendant l’attente.",
        advice: None,
    },
    Entry {
        errno: Errno::ECHRNG,
        french: "Numéro de canal en dehors des limites",
        meaning: "Un numéro de canal sort des limites. Cette erreur ancienne ne se voit presque \
            jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::EL2NSYNC,
        french: "Niveau 2 non synchronisé",
        meaning: "Le niveau 2 du protocole n’est pas synchronisé. Cette erreur ancienne ne se \
            voit presque jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::EL3HLT,
        french: "Niveau 3 en halte",
        meaning: "Le niveau 3 du protocole est arrêté. Cette erreur ancienne ne se voit presque \
            jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::EL3RST,
        french: "Niveau 3 réinitialisé",
        meaning: "Le niveau 3 du protocole a été réinitialisé. Cette erreur ancienne ne se voit \
            presque jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::ELNRNG,
        french: "Numéro du lien hors intervalle",
        meaning: "Un numéro de lien sort des limites. Cette erreur ancienne ne se voit presque \
            jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::EUNATCH,
        french: "Pilote du protocole n'est pas attaché",
        meaning: "Aucun pilote n’est attaché pour ce protocole.",
        advice: None,
    },
    Entry {
        errno: Errno::ENOCSI,
        french: "Aucune structure CSI disponible",
        meaning: "Aucune structure CSI n’est disponible. Cette erreur ancienne ne se voit \
            presque jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::EL2HLT,
        french: "Niveau 2 en halte",
        meaning: "Le niveau 2 du protocole est arrêté. Cette erreur ancienne ne se voit presque \
            jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::EBADE,
        french: "Échange invalide",
        meaning: "Un échange avec un pilote ou un serveur a été refusé parce que sa forme est \
            mauvaise.",
        advice: None,
    },
    Entry {
        errno: Errno::EBADR,
        french: "Descripteur de requête invalide",
        meaning: "Le descripteur de requête donné au pilote est mauvais.",
        advice: None,
    },
    Entry {
        errno: Errno::EXFULL,
        french: "L'échangeur est plein",
        meaning: "La table des échanges d’un pilote est pleine.",
        advice: None,
    },
    Entry {
        errno: Errno::ENOANO,
        french: "Aucune « anode » disponible",
        meaning: "Aucune entrée n’est libre dans une table du pilote. Cette erreur ancienne ne \
            se voit presque jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::EBADRQC,
        french: "Code de requête invalide",
        meaning: "Le code de requête est inconnu du pilote.",
        advice: None,
    },
    Entry {
        errno: Errno::EBADSLT,
        french: "Dalot invalide",
        meaning: "Le numéro d’emplacement donné au pilote est mauvais.",
        advice: None,
    },
    Entry {
        errno: Errno::EBFONT,
        french: "Mauvais format du fichier de fontes",
        meaning: "Le fichier de police de caractères n’a pas le bon format.",
        advice: None,
    },
    Entry {
        errno: Errno::ENOSTR,
        french: "Le périphérique n'est pas de type « stream »",
        meaning: "Le périphérique n’est pas un flux STREAMS, un mécanisme d’Unix System V que \
            Linux n’a pas.",
        advice: None,
    },
    Entry {
        errno: Errno::ENODATA,
        french: "Aucune donnée disponible",
        meaning: "La donnée demandée n’existe pas : par exemple un attribut étendu de fichier \
            absent.",
        advice: None,
    },
    Entry {
        errno: Errno::ETIME,
        french: "Expiration de la minuterie",
        meaning: "Une minuterie interne du noyau ou d’un pilote est arrivée à son terme. Pour \
            une connexion, l’erreur est `ETIMEDOUT`.",
        advice: None,
    },
    Entry {
        errno: Errno::ENOSR,
        french: "Aucune autre ressource de type streams disponible",
        meaning: "Le mécanisme STREAMS n’a plus de ressources. Linux ne l’emploie presque \
            jamais.",
        advice: None,
    },
    Entry {
        errno: Errno::ENONET,
        french: "La machine cible n'est pas sur le réseau",
        meaning: "La machine n’est pas reliée au réseau demandé.",
        advice: Some("Regardez l’état des interfaces avec `ip addr`."),
    },
    Entry {
        errno: Errno::ENOPKG,
        french: "Le paquetage n'est pas installé",
        meaning: "Un module nécessaire n’est pas installé dans le noyau.",
        advice: None,
    },
    Entry {
        errno: Errno::EREMOTE,
        french: "L'objet est télé-accessible",
        meaning: "L’objet se trouve sur une autre machine, et l’opération demande un objet \
            local.",
        advice: None,
    },
    Entry {
        errno: Errno::ENOLINK,
        french: "Le lien a été endommagé",
        meaning: "Le lien vers une autre machine est coupé.",
        advice: None,
    },
    Entry {
        errno: Errno::EADV,
        french: "Erreur d'annonce",
        meaning: "Une annonce de ressource partagée a échoué. Cette erreur ancienne ne se voit \
            presque jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::ESRMNT,
        french: "Erreur srmount()",
        meaning: "Un montage distant est encore employé. Cette erreur ancienne ne se voit \
            presque jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::ECOMM,
        french: "Erreur de communication lors de la transmission",
        meaning: "L’envoi vers un périphérique ou une autre machine a échoué.",
        advice: None,
    },
    Entry {
        errno: Errno::EPROTO,
        french: "Erreur de protocole",
        meaning: "Les données reçues ne suivent pas le protocole. Avec `accept`, la connexion a \
            échoué avant d’être prise.",
        advice: Some("Traitez cette erreur d’`accept` comme une connexion perdue, et rappelez `accept`."),
    },
    Entry {
        errno: Errno::EMULTIHOP,
        french: "Tentative de connexion par de multiples noeuds de relais",
        meaning: "Le chemin passerait par plusieurs machines distantes, et ce n’est pas permis.",
        advice: None,
    },
    Entry {
        errno: Errno::EDOTDOT,
        french: "Erreur spécifique à « RFS »",
        meaning: "C’est une erreur propre à RFS, un ancien système de fichiers en réseau.",
        advice: None,
    },
    Entry {
        errno: Errno::EBADMSG,
        french: "Message invalide",
        meaning: "Le message reçu est incomplet ou abîmé.",
        advice: None,
    },
    Entry {
        errno: Errno::EOVERFLOW,
        french: "Valeur trop grande pour le type défini de données",
        meaning: "La valeur ne tient pas dans le type de donnée qui doit la recevoir.",
        advice: None,
    },
    Entry {
        errno: Errno::ENOTUNIQ,
        french: "Le nom n'est pas unique sur le réseau",
        meaning: "Le nom ou l’adresse choisie existe déjà sur le réseau.",
        advice: None,
    },
    Entry {
        errno: Errno::EBADFD,
        french: "Le descripteur du fichier est dans un mauvais état",
        meaning: "Le descripteur est ouvert, mais son état ne permet pas cette opération.",
        advice: None,
    },
    Entry {
        errno: Errno::EREMCHG,
        french: "L'adresse de l'hôte cible a été modifiée",
        meaning: "L’adresse de la machine distante a changé pendant l’échange.",
        advice: None,
    },
    Entry {
        errno: Errno::ELIBACC,
        french: "Ne peut accéder à la librairie partagée demandée",
        meaning: "Une bibliothèque partagée nécessaire ne peut pas être lue.",
        advice: None,
    },
    Entry {
        errno: Errno::ELIBBAD,
        french: "Accès d'une librairie partagée qui est corrompue",
        meaning: "Une bibliothèque partagée nécessaire est abîmée.",
        advice: None,
    },
    Entry {
        errno: Errno::ELIBSCN,
        french: "La section .lib dans a.out est corrompue",
        meaning: "La section `.lib` du programme est abîmée. Cette erreur ancienne ne se voit \
            presque jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::ELIBMAX,
        french: "Tentative d'édition de liens à partir de trop de librairies partagées",
        meaning: "Le programme demande trop de bibliothèques partagées.",
        advice: None,
    },
    Entry {
        errno: Errno::ELIBEXEC,
        french: "Ne peut exécuter une librairie partagée directement",
        meaning: "Une bibliothèque partagée n’est pas un programme : elle ne s’exécute pas \
            directement.",
        advice: None,
    },
    Entry {
        errno: Errno::EILSEQ,
        french: "Chaîne multi-octets ou étendue de caractères invalide ou incomplète",
        meaning: "Ces octets ne forment pas un caractère valide dans l’encodage choisi.",
        advice: Some(
            "Vérifiez l’encodage du texte : un caractère UTF-8 a pu être coupé entre deux \
                `recv`.",
        ),
    },
    Entry {
        errno: Errno::ERESTART,
        french: "Appel système interrompu, il aurait dû être relancé",
        meaning: "Le noyau doit recommencer l’appel après un signal. Un programme ordinaire ne \
            voit jamais ce numéro ; un traceur peut le voir.",
        advice: None,
    },
    Entry {
        errno: Errno::ESTRPIPE,
        french: "Erreur de relais de type streams",
        meaning: "Un tube STREAMS a échoué. Linux n’emploie ce numéro que dans quelques pilotes, \
            comme ceux du son.",
        advice: None,
    },
    Entry {
        errno: Errno::EUSERS,
        french: "Trop d'usagers",
        meaning: "La ressource a déjà son nombre maximal d’utilisateurs.",
        advice: None,
    },
    Entry {
        errno: Errno::ENOTSOCK,
        french: "Opération de type socket sur un type non socket",
        meaning: "Le descripteur est ouvert, mais ce n’est pas un socket : c’est un fichier, un \
            tube ou un terminal.",
        advice: Some("Regardez ce que désigne le descripteur avec `ls -l /proc/PID/fd`."),
    },
    Entry {
        errno: Errno::EDESTADDRREQ,
        french: "Adresse de destination requise",
        meaning: "Ce socket n’a pas de destinataire : ni `connect` avant, ni adresse dans \
            `sendto`.",
        advice: Some("Donnez l’adresse du destinataire à `sendto`, ou appelez `connect` d’abord."),
    },
    Entry {
        errno: Errno::EMSGSIZE,
        french: "Message trop long",
        meaning: "Le datagramme est trop grand pour partir en une fois. En UDP sur IPv4, le \
            maximum est de 65 507 octets.",
        advice: Some(
            "Envoyez des datagrammes plus petits : au plus 1 472 octets pour tenir dans une \
                trame Ethernet.",
        ),
    },
    Entry {
        errno: Errno::EPROTOTYPE,
        french: "Mauvais type pour un socket de protocole",
        meaning: "Le protocole ne va pas avec ce type de socket. Pour un socket `AF_UNIX`, le \
            type du client n’est pas celui du serveur.",
        advice: Some("Donnez le même type des deux côtés, et 0 comme protocole à `socket`."),
    },
    Entry {
        errno: Errno::ENOPROTOOPT,
        french: "Protocole non disponible",
        meaning: "Ce niveau ou cette option de socket est inconnu de ce protocole.",
        advice: Some(
            "Vérifiez le niveau donné à `setsockopt` : `SOL_SOCKET` pour `SO_…`, `IPPROTO_TCP` \
                pour `TCP_…`.",
        ),
    },
    Entry {
        errno: Errno::EPROTONOSUPPORT,
        french: "Protocole non supporté",
        meaning: "Ce protocole n’existe pas dans cette famille, ou pas pour ce type de socket.",
        advice: Some(
            "Donnez 0 comme troisième argument de `socket` : le noyau choisit le protocole \
                habituel.",
        ),
    },
    Entry {
        errno: Errno::ESOCKTNOSUPPORT,
        french: "Type de socket non supporté",
        meaning: "Ce type de socket n’existe pas dans cette famille d’adresses.",
        advice: Some("Employez `SOCK_STREAM` pour TCP ou `SOCK_DGRAM` pour UDP."),
    },
    Entry {
        errno: Errno::EOPNOTSUPP,
        french: "Opération non supportée",
        meaning: "Cette opération n’existe pas pour ce type de socket : par exemple `listen` ou \
            `accept` sur un socket UDP (`ENOTSUP` porte le même numéro).",
        advice: Some(
            "Vérifiez le type donné à `socket` : seul un socket de flux peut se mettre à \
                l’écoute.",
        ),
    },
    Entry {
        errno: Errno::EPFNOSUPPORT,
        french: "Famille de protocoles non supportée",
        meaning: "Cette famille de protocoles n’est pas présente dans le noyau.",
        advice: None,
    },
    Entry {
        errno: Errno::EAFNOSUPPORT,
        french: "Famille d'adresses non supportée par le protocole",
        meaning: "La famille d’adresses est inconnue, ou l’adresse donnée n’est pas de la \
            famille du socket.",
        advice: Some("Mettez la même famille dans `socket` et dans `sin_family`, par exemple `AF_INET`."),
    },
    Entry {
        errno: Errno::EADDRINUSE,
        french: "Adresse déjà utilisée",
        meaning: "Un autre socket tient déjà cette adresse et ce port, ou une connexion récente \
            y est encore en TIME_WAIT.",
        advice: Some(
            "Cherchez qui tient le port avec `ss -tanp 'sport = :8080'` ; contre TIME_WAIT, \
                activez `SO_REUSEADDR` avant `bind`.",
        ),
    },
    Entry {
        errno: Errno::EADDRNOTAVAIL,
        french: "Ne peut attribuer l'adresse demandée",
        meaning: "Cette adresse n’est celle d’aucune interface de cette machine, ou il ne reste \
            plus de port éphémère libre.",
        advice: Some(
            "Regardez les adresses de la machine avec `ip addr`, ou faites `bind` sur \
                `INADDR_ANY`.",
        ),
    },
    Entry {
        errno: Errno::ENETDOWN,
        french: "Le réseau ne fonctionne pas",
        meaning: "L’interface réseau qui devait servir est éteinte.",
        advice: Some("Regardez l’état des interfaces avec `ip link`."),
    },
    Entry {
        errno: Errno::ENETUNREACH,
        french: "Le réseau n'est pas accessible",
        meaning: "Le noyau n’a aucune route vers ce réseau : aucun paquet n’est parti.",
        advice: Some(
            "Regardez la route choisie avec `ip route get 192.0.2.1`, en mettant l’adresse \
                voulue.",
        ),
    },
    Entry {
        errno: Errno::ENETRESET,
        french: "Le réseau a rompu la connexion lors de la réinitialisation",
        meaning: "La connexion a été coupée parce que les sondes `SO_KEEPALIVE` ont vu le réseau \
            ou la machine redémarrer.",
        advice: Some("Fermez ce socket, puis faites une nouvelle connexion."),
    },
    Entry {
        errno: Errno::ECONNABORTED,
        french: "Le logiciel a provoqué l'abandon de la connexion",
        meaning: "La connexion a été abandonnée avant d’être prise par `accept`, ou par la \
            machine locale.",
        advice: Some("Continuez la boucle d’`accept` : le client est parti, le serveur va bien."),
    },
    Entry {
        errno: Errno::ECONNRESET,
        french: "Connexion ré-initialisée par le correspondant",
        meaning: "Le pair a réinitialisé la connexion : un paquet RST est arrivé. Il a fermé \
            sans avoir lu tout ce qu’il avait reçu, il a demandé ce RST (SO_LINGER à 0), ou il ne \
            connaît plus cette connexion.",
        advice: Some("Fermez ce descripteur ; côté pair, lisez toute la requête avant `close`."),
    },
    Entry {
        errno: Errno::ENOBUFS,
        french: "Aucun espace tampon disponible",
        meaning: "Le noyau n’a plus de place pour ses tampons de réseau.",
        advice: Some("Envoyez moins vite, puis recommencez après une pause."),
    },
    Entry {
        errno: Errno::EISCONN,
        french: "Noeud final de transport déjà connecté",
        meaning: "Ce socket est déjà connecté : un socket TCP ne se connecte qu’une fois.",
        advice: Some("Créez un nouveau socket avec `socket` pour chaque connexion."),
    },
    Entry {
        errno: Errno::ENOTCONN,
        french: "Noeud final de transport n'est pas connecté",
        meaning: "Ce socket n’a pas de pair : ni `connect` ni `accept` ne l’a connecté, ou la \
            connexion est déjà finie.",
        advice: Some("Côté serveur, lisez le descripteur rendu par `accept`, et non le socket d’écoute."),
    },
    Entry {
        errno: Errno::ESHUTDOWN,
        french: "Ne peut transmettre suite à la fermeture du noeud final de transport",
        meaning: "Ce socket est fermé en émission : il ne peut plus rien envoyer.",
        advice: Some("Envoyez tout avant `shutdown` ; après, il ne reste qu’à lire."),
    },
    Entry {
        errno: Errno::ETOOMANYREFS,
        french: "Trop de références : ne peut segmenter",
        meaning: "Trop de descripteurs sont en route dans des messages `SCM_RIGHTS` et n’ont pas \
            encore été reçus.",
        advice: Some("Recevez les descripteurs déjà envoyés avant d’en passer d’autres."),
    },
    Entry {
        errno: Errno::ETIMEDOUT,
        french: "Connexion terminée par expiration du délai d'attente",
        meaning: "Le pair n’a pas répondu à temps : machine éteinte, câble coupé, ou pare-feu \
            qui jette les paquets sans répondre.",
        advice: Some("Vérifiez que l’hôte répond avec `ping`, puis cherchez un pare-feu entre les deux."),
    },
    Entry {
        errno: Errno::ECONNREFUSED,
        french: "Connexion refusée",
        meaning: "La machine a répondu que personne n’est à l’écoute sur ce port. Le serveur \
            n’est pas lancé, ou il écoute sur une autre adresse ou un autre port.",
        advice: Some(
            "Regardez les ports à l’écoute avec `ss -ltn`, puis vérifiez le port donné à \
                `connect` (et `htons`).",
        ),
    },
    Entry {
        errno: Errno::EHOSTDOWN,
        french: "L'hôte cible est arrêté ou en panne",
        meaning: "La machine distante semble arrêtée : elle ne répond pas sur le réseau local.",
        advice: Some("Vérifiez que la machine est allumée et répond avec `ping`."),
    },
    Entry {
        errno: Errno::EHOSTUNREACH,
        french: "Aucun chemin d'accès pour atteindre l'hôte cible",
        meaning: "Aucun chemin n’atteint cette machine : elle ne répond pas sur le réseau local, \
            ou un routeur l’a dit.",
        advice: Some(
            "Vérifiez l’adresse, puis la route choisie avec `ip route get 192.0.2.1`, en mettant \
                l’adresse voulue.",
        ),
    },
    Entry {
        errno: Errno::EALREADY,
        french: "Opération déjà en cours",
        meaning: "Un `connect` non bloquant est déjà en cours sur ce socket.",
        advice: Some(
            "Attendez `POLLOUT` avec `poll`, puis lisez le résultat avec `getsockopt` et \
                `SO_ERROR`.",
        ),
    },
    Entry {
        errno: Errno::EINPROGRESS,
        french: "Opération maintenant en cours",
        meaning: "Le socket est non bloquant et la connexion n’est pas encore établie. Ce n’est \
            pas une panne : la poignée de main continue.",
        advice: Some(
            "Attendez `POLLOUT` avec `poll`, puis lisez le résultat avec `getsockopt` et \
                `SO_ERROR`.",
        ),
    },
    Entry {
        errno: Errno::ESTALE,
        french: "Panne d'accès au fichier",
        meaning: "Le fichier distant désigné n’existe plus sur le serveur de fichiers.",
        advice: None,
    },
    Entry {
        errno: Errno::EUCLEAN,
        french: "La structure a besoin d'un nettoyage",
        meaning: "Le système de fichiers est abîmé et doit être réparé.",
        advice: None,
    },
    Entry {
        errno: Errno::ENOTNAM,
        french: "Aucun fichier de type « XENIX named »",
        meaning: "Ce fichier n’est pas du type nommé de XENIX. Cette erreur ancienne ne se voit \
            presque jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::ENAVAIL,
        french: "Aucun sémaphore XENIX disponible",
        meaning: "Aucun sémaphore XENIX n’est disponible. Cette erreur ancienne ne se voit \
            presque jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::EISNAM,
        french: "est un type de fichier nommé (named)",
        meaning: "Ce fichier est du type nommé de XENIX. Cette erreur ancienne ne se voit \
            presque jamais sous Linux.",
        advice: None,
    },
    Entry {
        errno: Errno::EREMOTEIO,
        french: "Erreur d'entrée/sortie sur l'hôte cible",
        meaning: "Le périphérique ou la machine distante a signalé une erreur d’entrée-sortie.",
        advice: None,
    },
    Entry {
        errno: Errno::EDQUOT,
        french: "Débordement du quota d'espace disque",
        meaning: "Le compte a dépassé sa part de disque.",
        advice: Some("Regardez la part restante avec `quota -s`, puis faites de la place."),
    },
    Entry {
        errno: Errno::ENOMEDIUM,
        french: "Aucun médium trouvé",
        meaning: "Le lecteur est vide : aucun disque n’y est.",
        advice: None,
    },
    Entry {
        errno: Errno::EMEDIUMTYPE,
        french: "Mauvais type de médium",
        meaning: "Le disque présent n’est pas du type attendu.",
        advice: None,
    },
    Entry {
        errno: Errno::ECANCELED,
        french: "Opération annulée",
        meaning: "L’opération a été annulée avant d’être finie, par exemple avec `aio_cancel` ou \
            `io_uring`.",
        advice: None,
    },
    Entry {
        errno: Errno::ENOKEY,
        french: "Clé requise non disponible",
        meaning: "La clé demandée n’existe pas dans le trousseau du noyau.",
        advice: None,
    },
    Entry {
        errno: Errno::EKEYEXPIRED,
        french: "Expiration de la clé",
        meaning: "La clé demandée existe, mais sa date est passée.",
        advice: None,
    },
    Entry {
        errno: Errno::EKEYREVOKED,
        french: "La clé a été révoquée",
        meaning: "La clé demandée a été révoquée.",
        advice: None,
    },
    Entry {
        errno: Errno::EKEYREJECTED,
        french: "La clé a été rejetée par le service",
        meaning: "Le service a refusé la clé présentée.",
        advice: None,
    },
    Entry {
        errno: Errno::EOWNERDEAD,
        french: "Propriétaire mort",
        meaning: "Le fil ou le processus qui tenait le verrou est mort sans le rendre. Le verrou \
            est donné, mais les données sont à vérifier.",
        advice: Some("Réparez les données protégées, puis appelez `pthread_mutex_consistent`."),
    },
    Entry {
        errno: Errno::ENOTRECOVERABLE,
        french: "Etat non récupérable",
        meaning: "Le propriétaire du verrou est mort, et personne n’a réparé les données : le \
            verrou ne servira plus.",
        advice: None,
    },
    Entry {
        errno: Errno::ERFKILL,
        french: "Opération impossible du fait de RF-kill",
        meaning: "La radio (Wi-Fi ou Bluetooth) est coupée par un interrupteur.",
        advice: Some("Regardez ce qui la coupe avec `rfkill list`."),
    },
    Entry {
        errno: Errno::EHWPOISON,
        french: "La page mémoire a une erreur matériel",
        meaning: "Une page de mémoire est abîmée par une panne du matériel, et le noyau l’a \
            isolée.",
        advice: None,
    },
];

/// Every error of getaddrinfo(3). glibc 2.36 has no text for `EAI_OVERFLOW`: its French is ours.
const GAI_TABLE: &[GaiEntry] = &[
    GaiEntry {
        error: GaiError::EAI_BADFLAGS,
        french: "Mauvaise valeur pour l'indicateur « ai_flags »",
        meaning: "Le champ `ai_flags` contient un drapeau inconnu, ou `AI_CANONNAME` est demandé \
            sans nom d’hôte. Souvent, `hints` n’a pas été mis à zéro avec `memset`.",
    },
    GaiEntry {
        error: GaiError::EAI_NONAME,
        french: "Nom ou service inconnu",
        meaning: "Ce nom d’hôte ou ce nom de service n’existe pas ; ou bien les deux sont \
            absents. Avec `AI_NUMERICHOST`, l’adresse n’est pas écrite en chiffres.",
    },
    GaiEntry {
        error: GaiError::EAI_AGAIN,
        french: "Échec temporaire dans la résolution du nom",
        meaning: "Le serveur de noms n’a pas répondu à temps : la même demande peut réussir plus \
            tard. Souvent, la machine n’a pas de réseau.",
    },
    GaiEntry {
        error: GaiError::EAI_FAIL,
        french: "Échec non récupérable lors de la résolution du nom",
        meaning: "Le serveur de noms a répondu par un échec définitif.",
    },
    GaiEntry {
        error: GaiError::EAI_NODATA,
        french: "Aucune adresse associée avec le nom de l'hôte",
        meaning: "Le nom existe, mais il n’a aucune adresse.",
    },
    GaiEntry {
        error: GaiError::EAI_FAMILY,
        french: "ai_family non supportée",
        meaning: "La famille demandée dans `ai_family` n’est pas connue. Souvent, `hints` n’a \
            pas été mis à zéro avec `memset`.",
    },
    GaiEntry {
        error: GaiError::EAI_SOCKTYPE,
        french: "ai_socktype non supporté",
        meaning: "Le type demandé dans `ai_socktype` n’est pas connu, ou ne va pas avec le \
            protocole demandé.",
    },
    GaiEntry {
        error: GaiError::EAI_SERVICE,
        french: "Servname() n'est pas supportée pour ai_socktype",
        meaning: "Ce service n’existe pas pour ce type de socket. Donnez le port en chiffres, \
            par exemple `\"8080\"`.",
    },
    GaiEntry {
        error: GaiError::EAI_ADDRFAMILY,
        french: "Famille d'adresses non supportée pour le nom de l'hôte",
        meaning: "Le nom existe, mais il n’a aucune adresse dans la famille demandée : par \
            exemple une adresse IPv4 et aucune adresse IPv6.",
    },
    GaiEntry {
        error: GaiError::EAI_MEMORY,
        french: "Échec d'allocation mémoire",
        meaning: "Il n’y a plus assez de mémoire pour construire la liste des adresses.",
    },
    GaiEntry {
        error: GaiError::EAI_SYSTEM,
        french: "Erreur système",
        meaning: "Un appel système a échoué pendant la recherche : `errno` dit lequel des \
            échecs, et `perror` l’affiche.",
    },
    GaiEntry {
        error: GaiError::EAI_OVERFLOW,
        french: "Résultat trop grand pour le tampon fourni",
        meaning: "Le tampon donné à `getnameinfo` est trop court pour le nom. `NI_MAXHOST` et \
            `NI_MAXSERV` donnent des tailles suffisantes.",
    },
    GaiEntry {
        error: GaiError::EAI_INPROGRESS,
        french: "Traitement de la requête en cours",
        meaning: "La recherche lancée par `getaddrinfo_a` n’est pas encore finie.",
    },
    GaiEntry {
        error: GaiError::EAI_CANCELED,
        french: "Requête annulée",
        meaning: "La recherche lancée par `getaddrinfo_a` a été annulée.",
    },
    GaiEntry {
        error: GaiError::EAI_NOTCANCELED,
        french: "La requête ne peut être annulée",
        meaning: "La recherche est déjà en cours : elle n’a pas pu être annulée.",
    },
    GaiEntry {
        error: GaiError::EAI_ALLDONE,
        french: "Toutes les requêtes exécutées",
        meaning: "Toutes les recherches étaient déjà finies : il n’y a rien à attendre ni à \
            annuler.",
    },
    GaiEntry {
        error: GaiError::EAI_INTR,
        french: "Interrompu par un signal",
        meaning: "Un signal est arrivé pendant l’attente de `gai_suspend`.",
    },
    GaiEntry {
        error: GaiError::EAI_IDN_ENCODE,
        french: "La chaîne paramètre n'est pas correctement encodée",
        meaning: "Le nom contient des caractères qui ne peuvent pas être convertis pour le \
            serveur de noms.",
    },
];

/// What perror(3) prints after the colon under glibc's French locale; for an unknown number,
/// `Erreur inconnue`, to which glibc adds the number.
#[must_use]
pub fn french(errno: Errno) -> &'static str {
    entry(errno).map_or(UNKNOWN, |entry| entry.french)
}

/// What the error means, in one or two French sentences (errno(3) and the page of each call).
#[must_use]
pub fn meaning(errno: Errno) -> &'static str {
    entry(errno).map_or(UNKNOWN_MEANING, |entry| entry.meaning)
}

/// One thing to do, in French, for the errors that concern sockets, processes and files.
#[must_use]
pub fn advice(errno: Errno) -> Option<&'static str> {
    entry(errno).and_then(|entry| entry.advice)
}

/// What `gai_strerror`(3) returns under glibc's French locale.
#[must_use]
pub fn gai_french(error: GaiError) -> &'static str {
    gai_entry(error).map_or(UNKNOWN, |entry| entry.french)
}

/// What an error of getaddrinfo(3) means, in one or two French sentences.
#[must_use]
pub fn gai_meaning(error: GaiError) -> &'static str {
    gai_entry(error).map_or(UNKNOWN_GAI_MEANING, |entry| entry.meaning)
}

/// The line of the table for an error number.
fn entry(errno: Errno) -> Option<&'static Entry> {
    let index = TABLE.binary_search_by_key(&errno, |entry| entry.errno).ok()?;
    TABLE.get(index)
}

/// The line of the table for an error of getaddrinfo(3).
fn gai_entry(error: GaiError) -> Option<&'static GaiEntry> {
    GAI_TABLE.iter().find(|entry| entry.error == error)
}

#[cfg(test)]
mod tests {
    use super::{
        GAI_TABLE, TABLE, UNKNOWN, UNKNOWN_GAI_MEANING, UNKNOWN_MEANING, advice, french, gai_french, gai_meaning,
        meaning,
    };
    use crate::syscall::{errno::Errno, gai::GaiError};

    /// Words that the lessons never use.
    const BANNED: [&str; 3] = ["implement", "suffit de", "videmment"];

    /// Every text of this file that is prose: not the texts of glibc.
    fn prose() -> impl Iterator<Item = &'static str> {
        let errnos = TABLE.iter().flat_map(|entry| [Some(entry.meaning), entry.advice]).flatten();
        let gai = GAI_TABLE.iter().map(|entry| entry.meaning);
        errnos.chain(gai).chain([UNKNOWN_MEANING, UNKNOWN_GAI_MEANING])
    }

    /// The characters outside `code`, each with the one before it.
    fn outside_code(text: &str) -> Vec<(char, char)> {
        let mut inside = false;
        let mut before = ' ';
        let mut pairs = Vec::new();
        for character in text.chars() {
            inside ^= character == '`';
            if !inside {
                pairs.push((before, character));
            }
            before = character;
        }
        pairs
    }

    /// The first fault of typography, if there is one.
    fn fault(text: &str) -> Option<&'static str> {
        let pairs = outside_code(text);
        let wrong =
            |marks: &str, space: char| pairs.iter().any(|(before, mark)| marks.contains(*mark) && *before != space);
        if wrong(";!?", '\u{202f}') {
            return Some("U+202F before ; ! ?");
        }
        if wrong(":»", '\u{a0}') {
            return Some("U+00A0 before : and »");
        }
        if pairs.iter().any(|(before, after)| *before == '«' && *after != '\u{a0}') {
            return Some("U+00A0 after «");
        }
        if pairs.iter().any(|(_, mark)| *mark == '\'') {
            return Some("’ in prose");
        }
        if text.contains("  ") || text.trim() != text || !text.matches('`').count().is_multiple_of(2) {
            return Some("spaces and backticks");
        }
        None
    }

    #[test]
    fn every_errno_is_described() {
        assert!(TABLE.is_sorted_by(|left, right| left.errno < right.errno));
        assert_eq!(TABLE.len(), Errno::all().count());
        for errno in Errno::all() {
            assert!(!french(errno).is_empty() && french(errno) != UNKNOWN, "{errno:?}");
            assert!(!meaning(errno).is_empty() && meaning(errno) != UNKNOWN_MEANING, "{errno:?}");
        }
    }

    #[test]
    fn every_gai_error_is_described() {
        assert_eq!(GAI_TABLE.len(), GaiError::all().count());
        for error in GaiError::all() {
            assert!(!gai_french(error).is_empty() && gai_french(error) != UNKNOWN, "{error:?}");
            assert_ne!(gai_meaning(error), UNKNOWN_GAI_MEANING, "{error:?}");
        }
    }

    #[test]
    fn french_is_the_text_of_perror() {
        assert_eq!(french(Errno::EADDRINUSE), "Adresse déjà utilisée");
        assert_eq!(french(Errno::ECONNREFUSED), "Connexion refusée");
        assert_eq!(french(Errno::EACCES), "Permission non accordée");
        assert_eq!(french(Errno::EBADF), "Mauvais descripteur de fichier");
        assert_eq!(french(Errno::EPIPE), "Relais brisé (pipe)");
        assert_eq!(french(Errno::ENOTCONN), "Noeud final de transport n'est pas connecté");
        assert_eq!(french(Errno::new(134)), "Erreur inconnue");
        assert_eq!(gai_french(GaiError::EAI_NONAME), "Nom ou service inconnu");
        assert_eq!(gai_french(GaiError::new(-50)), "Erreur inconnue");
        assert!(TABLE.iter().all(|entry| !entry.french.contains('’')));
    }

    #[test]
    fn the_errors_of_sockets_have_an_advice() {
        let named = [
            Errno::EADDRINUSE,
            Errno::EACCES,
            Errno::EADDRNOTAVAIL,
            Errno::ECONNREFUSED,
            Errno::EINVAL,
            Errno::EBADF,
            Errno::EINTR,
            Errno::EAGAIN,
            Errno::EPIPE,
            Errno::ENOTCONN,
            Errno::EISCONN,
            Errno::EFAULT,
            Errno::EPERM,
            Errno::ENOENT,
            Errno::EMFILE,
            Errno::ECONNRESET,
            Errno::ETIMEDOUT,
            Errno::EMSGSIZE,
            Errno::EAFNOSUPPORT,
            Errno::EPROTONOSUPPORT,
            Errno::ESPIPE,
            Errno::ENOTSOCK,
        ];
        for errno in named {
            assert!(advice(errno).is_some_and(|text| !text.is_empty()), "{errno:?}");
        }
        assert!(Errno::all().filter(|errno| advice(*errno).is_some()).count() >= 45);
        assert_eq!(advice(Errno::new(0)), None);
    }

    #[test]
    fn prose_follows_french_typography() {
        for text in prose() {
            assert_eq!(fault(text), None, "{text}");
            assert!(text.ends_with(['.', '\u{202f}', '?', '`', ')']), "{text}");
        }
    }

    #[test]
    fn prose_avoids_the_words_that_belittle() {
        for text in prose() {
            assert!(!BANNED.iter().any(|word| text.contains(word)), "{text}");
        }
    }

    #[test]
    fn faults_of_typography_are_seen() {
        assert!(fault("Quoi ?").is_some());
        assert!(fault("Ceci : cela").is_some());
        assert!(fault("« mot »").is_some());
        assert!(fault("L'appel").is_some());
        assert!(fault("`ss 'sport = :80'`").is_none());
    }
}
