//! Error numbers in French: what perror(3) prints. What it means, and one thing to do, are pages of `content`.
//!
//! The texts are those of glibc's French message catalogue (`libc.mo`, domain `libc`, glibc 2.36), embedded because
//! systems often lack the `fr_FR` locale. They keep its ASCII apostrophe and its wording.

use std::sync::LazyLock;

use crate::content::book::Book;
use crate::content::entry::{Chapter, Entry};
use crate::syscall::{errno::Errno, gai::GaiError};

/// What glibc's catalogue says of a number that it does not know (it adds the number).
const UNKNOWN: &str = "Erreur inconnue";

/// What is said of the meaning of a number that is in no table.
pub(super) const UNKNOWN_MEANING: &str = "Ce numéro d’erreur n’est pas dans la table de Linux.";

/// What is said of the meaning of an unknown error of getaddrinfo(3).
pub(super) const UNKNOWN_GAI_MEANING: &str = "Ce numéro n’est pas une erreur connue de `getaddrinfo`.";

/// Every error number of Linux, sorted by number.
const TABLE: &[(Errno, &str)] = &[
    (Errno::EPERM, "Opération non permise"),
    (Errno::ENOENT, "Aucun fichier ou dossier de ce type"),
    (Errno::ESRCH, "Aucun processus de ce type"),
    (Errno::EINTR, "Appel système interrompu"),
    (Errno::EIO, "Erreur d'entrée/sortie"),
    (Errno::ENXIO, "Aucun périphérique ou adresse"),
    (Errno::E2BIG, "Liste d'arguments trop longue"),
    (Errno::ENOEXEC, "Erreur de format pour exec()"),
    (Errno::EBADF, "Mauvais descripteur de fichier"),
    (Errno::ECHILD, "Aucun processus enfant"),
    (Errno::EAGAIN, "Ressource temporairement non disponible"),
    (Errno::ENOMEM, "Ne peut allouer de la mémoire"),
    (Errno::EACCES, "Permission non accordée"),
    (Errno::EFAULT, "Mauvaise adresse"),
    (Errno::ENOTBLK, "Bloc de périphérique requis"),
    (Errno::EBUSY, "Périphérique ou ressource occupé"),
    (Errno::EEXIST, "Le fichier existe"),
    (Errno::EXDEV, "Lien physique inter-périphérique invalide"),
    (Errno::ENODEV, "Aucun périphérique de ce type"),
    (Errno::ENOTDIR, "N'est pas un dossier"),
    (Errno::EISDIR, "est un dossier"),
    (Errno::EINVAL, "Argument invalide"),
    (Errno::ENFILE, "Trop de fichiers ouverts dans le système"),
    (Errno::EMFILE, "Trop de fichiers ouverts"),
    (Errno::ENOTTY, "Ioctl() inapproprié pour un périphérique"),
    (Errno::ETXTBSY, "Fichier texte occupé"),
    (Errno::EFBIG, "Fichier trop gros"),
    (Errno::ENOSPC, "Aucun espace disponible sur le périphérique"),
    (Errno::ESPIPE, "Repérage non permis"),
    (Errno::EROFS, "Système de fichiers accessible en lecture seulement"),
    (Errno::EMLINK, "Trop de liens"),
    (Errno::EPIPE, "Relais brisé (pipe)"),
    (Errno::EDOM, "L'argument numérique est hors du domaine"),
    (Errno::ERANGE, "Le résultat numérique est en dehors de l'intervalle"),
    (Errno::EDEADLK, "Blocage évité des accès aux ressources"),
    (Errno::ENAMETOOLONG, "Nom de fichier trop long"),
    (Errno::ENOLCK, "Aucun verrou disponible"),
    (Errno::ENOSYS, "Fonction non implantée"),
    (Errno::ENOTEMPTY, "Le dossier n'est pas vide"),
    (Errno::ELOOP, "Trop de niveaux de liens symboliques"),
    (Errno::ENOMSG, "Aucun message du type désiré"),
    (Errno::EIDRM, "Identificateur éliminé"),
    (Errno::ECHRNG, "Numéro de canal en dehors des limites"),
    (Errno::EL2NSYNC, "Niveau 2 non synchronisé"),
    (Errno::EL3HLT, "Niveau 3 en halte"),
    (Errno::EL3RST, "Niveau 3 réinitialisé"),
    (Errno::ELNRNG, "Numéro du lien hors intervalle"),
    (Errno::EUNATCH, "Pilote du protocole n'est pas attaché"),
    (Errno::ENOCSI, "Aucune structure CSI disponible"),
    (Errno::EL2HLT, "Niveau 2 en halte"),
    (Errno::EBADE, "Échange invalide"),
    (Errno::EBADR, "Descripteur de requête invalide"),
    (Errno::EXFULL, "L'échangeur est plein"),
    (Errno::ENOANO, "Aucune « anode » disponible"),
    (Errno::EBADRQC, "Code de requête invalide"),
    (Errno::EBADSLT, "Dalot invalide"),
    (Errno::EBFONT, "Mauvais format du fichier de fontes"),
    (Errno::ENOSTR, "Le périphérique n'est pas de type « stream »"),
    (Errno::ENODATA, "Aucune donnée disponible"),
    (Errno::ETIME, "Expiration de la minuterie"),
    (Errno::ENOSR, "Aucune autre ressource de type streams disponible"),
    (Errno::ENONET, "La machine cible n'est pas sur le réseau"),
    (Errno::ENOPKG, "Le paquetage n'est pas installé"),
    (Errno::EREMOTE, "L'objet est télé-accessible"),
    (Errno::ENOLINK, "Le lien a été endommagé"),
    (Errno::EADV, "Erreur d'annonce"),
    (Errno::ESRMNT, "Erreur srmount()"),
    (Errno::ECOMM, "Erreur de communication lors de la transmission"),
    (Errno::EPROTO, "Erreur de protocole"),
    (Errno::EMULTIHOP, "Tentative de connexion par de multiples noeuds de relais"),
    (Errno::EDOTDOT, "Erreur spécifique à « RFS »"),
    (Errno::EBADMSG, "Message invalide"),
    (Errno::EOVERFLOW, "Valeur trop grande pour le type défini de données"),
    (Errno::ENOTUNIQ, "Le nom n'est pas unique sur le réseau"),
    (Errno::EBADFD, "Le descripteur du fichier est dans un mauvais état"),
    (Errno::EREMCHG, "L'adresse de l'hôte cible a été modifiée"),
    (Errno::ELIBACC, "Ne peut accéder à la librairie partagée demandée"),
    (Errno::ELIBBAD, "Accès d'une librairie partagée qui est corrompue"),
    (Errno::ELIBSCN, "La section .lib dans a.out est corrompue"),
    (Errno::ELIBMAX, "Tentative d'édition de liens à partir de trop de librairies partagées"),
    (Errno::ELIBEXEC, "Ne peut exécuter une librairie partagée directement"),
    (Errno::EILSEQ, "Chaîne multi-octets ou étendue de caractères invalide ou incomplète"),
    (Errno::ERESTART, "Appel système interrompu, il aurait dû être relancé"),
    (Errno::ESTRPIPE, "Erreur de relais de type streams"),
    (Errno::EUSERS, "Trop d'usagers"),
    (Errno::ENOTSOCK, "Opération de type socket sur un type non socket"),
    (Errno::EDESTADDRREQ, "Adresse de destination requise"),
    (Errno::EMSGSIZE, "Message trop long"),
    (Errno::EPROTOTYPE, "Mauvais type pour un socket de protocole"),
    (Errno::ENOPROTOOPT, "Protocole non disponible"),
    (Errno::EPROTONOSUPPORT, "Protocole non supporté"),
    (Errno::ESOCKTNOSUPPORT, "Type de socket non supporté"),
    (Errno::EOPNOTSUPP, "Opération non supportée"),
    (Errno::EPFNOSUPPORT, "Famille de protocoles non supportée"),
    (Errno::EAFNOSUPPORT, "Famille d'adresses non supportée par le protocole"),
    (Errno::EADDRINUSE, "Adresse déjà utilisée"),
    (Errno::EADDRNOTAVAIL, "Ne peut attribuer l'adresse demandée"),
    (Errno::ENETDOWN, "Le réseau ne fonctionne pas"),
    (Errno::ENETUNREACH, "Le réseau n'est pas accessible"),
    (Errno::ENETRESET, "Le réseau a rompu la connexion lors de la réinitialisation"),
    (Errno::ECONNABORTED, "Le logiciel a provoqué l'abandon de la connexion"),
    (Errno::ECONNRESET, "Connexion ré-initialisée par le correspondant"),
    (Errno::ENOBUFS, "Aucun espace tampon disponible"),
    (Errno::EISCONN, "Noeud final de transport déjà connecté"),
    (Errno::ENOTCONN, "Noeud final de transport n'est pas connecté"),
    (Errno::ESHUTDOWN, "Ne peut transmettre suite à la fermeture du noeud final de transport"),
    (Errno::ETOOMANYREFS, "Trop de références : ne peut segmenter"),
    (Errno::ETIMEDOUT, "Connexion terminée par expiration du délai d'attente"),
    (Errno::ECONNREFUSED, "Connexion refusée"),
    (Errno::EHOSTDOWN, "L'hôte cible est arrêté ou en panne"),
    (Errno::EHOSTUNREACH, "Aucun chemin d'accès pour atteindre l'hôte cible"),
    (Errno::EALREADY, "Opération déjà en cours"),
    (Errno::EINPROGRESS, "Opération maintenant en cours"),
    (Errno::ESTALE, "Panne d'accès au fichier"),
    (Errno::EUCLEAN, "La structure a besoin d'un nettoyage"),
    (Errno::ENOTNAM, "Aucun fichier de type « XENIX named »"),
    (Errno::ENAVAIL, "Aucun sémaphore XENIX disponible"),
    (Errno::EISNAM, "est un type de fichier nommé (named)"),
    (Errno::EREMOTEIO, "Erreur d'entrée/sortie sur l'hôte cible"),
    (Errno::EDQUOT, "Débordement du quota d'espace disque"),
    (Errno::ENOMEDIUM, "Aucun médium trouvé"),
    (Errno::EMEDIUMTYPE, "Mauvais type de médium"),
    (Errno::ECANCELED, "Opération annulée"),
    (Errno::ENOKEY, "Clé requise non disponible"),
    (Errno::EKEYEXPIRED, "Expiration de la clé"),
    (Errno::EKEYREVOKED, "La clé a été révoquée"),
    (Errno::EKEYREJECTED, "La clé a été rejetée par le service"),
    (Errno::EOWNERDEAD, "Propriétaire mort"),
    (Errno::ENOTRECOVERABLE, "Etat non récupérable"),
    (Errno::ERFKILL, "Opération impossible du fait de RF-kill"),
    (Errno::EHWPOISON, "La page mémoire a une erreur matériel"),
];

/// Every error of getaddrinfo(3). glibc 2.36 has no text for `EAI_OVERFLOW`: its French is ours.
const GAI_TABLE: &[(GaiError, &str)] = &[
    (GaiError::EAI_BADFLAGS, "Mauvaise valeur pour l'indicateur « ai_flags »"),
    (GaiError::EAI_NONAME, "Nom ou service inconnu"),
    (GaiError::EAI_AGAIN, "Échec temporaire dans la résolution du nom"),
    (GaiError::EAI_FAIL, "Échec non récupérable lors de la résolution du nom"),
    (GaiError::EAI_NODATA, "Aucune adresse associée avec le nom de l'hôte"),
    (GaiError::EAI_FAMILY, "ai_family non supportée"),
    (GaiError::EAI_SOCKTYPE, "ai_socktype non supporté"),
    (GaiError::EAI_SERVICE, "Servname() n'est pas supportée pour ai_socktype"),
    (GaiError::EAI_ADDRFAMILY, "Famille d'adresses non supportée pour le nom de l'hôte"),
    (GaiError::EAI_MEMORY, "Échec d'allocation mémoire"),
    (GaiError::EAI_SYSTEM, "Erreur système"),
    (GaiError::EAI_OVERFLOW, "Résultat trop grand pour le tampon fourni"),
    (GaiError::EAI_INPROGRESS, "Traitement de la requête en cours"),
    (GaiError::EAI_CANCELED, "Requête annulée"),
    (GaiError::EAI_NOTCANCELED, "La requête ne peut être annulée"),
    (GaiError::EAI_ALLDONE, "Toutes les requêtes exécutées"),
    (GaiError::EAI_INTR, "Interrompu par un signal"),
    (GaiError::EAI_IDN_ENCODE, "La chaîne paramètre n'est pas correctement encodée"),
];

/// The pages in the program, once somebody asks; the tests hold that they can be read.
static ERRNOS: LazyLock<Vec<Entry>> = LazyLock::new(|| Book::default().chapter(Chapter::Errnos).unwrap_or_default());
static GAI_ERRORS: LazyLock<Vec<Entry>> =
    LazyLock::new(|| Book::default().chapter(Chapter::GaiErrors).unwrap_or_default());

/// What perror(3) prints after the colon under glibc's French locale; for an unknown number,
/// `Erreur inconnue`, to which glibc adds the number.
#[must_use]
pub fn french(errno: Errno) -> &'static str {
    TABLE.binary_search_by_key(&errno, |row| row.0).map_or(UNKNOWN, |index| TABLE[index].1)
}

/// What the error means, in one or two French sentences (errno(3) and the page of each call).
#[must_use]
pub fn meaning(errno: Errno) -> &'static str {
    entry(&ERRNOS, errno.name()).map_or(UNKNOWN_MEANING, Entry::meaning)
}

/// One thing to do, in French, for the errors that concern sockets, processes and files.
#[must_use]
pub fn advice(errno: Errno) -> Option<&'static str> {
    entry(&ERRNOS, errno.name()).and_then(Entry::advice)
}

/// What `gai_strerror`(3) returns under glibc's French locale.
#[must_use]
pub fn gai_french(error: GaiError) -> &'static str {
    GAI_TABLE.iter().find(|row| row.0 == error).map_or(UNKNOWN, |row| row.1)
}

/// What an error of getaddrinfo(3) means, in one or two French sentences.
#[must_use]
pub fn gai_meaning(error: GaiError) -> &'static str {
    entry(&GAI_ERRORS, error.name()).map_or(UNKNOWN_GAI_MEANING, Entry::meaning)
}

fn entry(entries: &'static [Entry], name: Option<&str>) -> Option<&'static Entry> {
    entries.iter().find(|entry| Some(entry.name.as_str()) == name)
}

#[cfg(test)]
mod tests;
