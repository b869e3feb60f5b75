use super::{
    ERRNOS, GAI_ERRORS, GAI_TABLE, TABLE, UNKNOWN, UNKNOWN_GAI_MEANING, UNKNOWN_MEANING, advice, french, gai_french,
    gai_meaning, meaning,
};
use crate::syscall::{errno::Errno, gai::GaiError};

#[test]
fn every_errno_is_described() {
    assert!(TABLE.is_sorted_by(|left, right| left.0 < right.0));
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
    assert!(TABLE.iter().all(|row| !row.1.contains('’')));
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

/// Their typography is that of every page.
#[test]
fn prose_is_made_of_sentences() {
    for text in ERRNOS.iter().chain(GAI_ERRORS.iter()).flat_map(|entry| &entry.paragraphs) {
        assert!(text.ends_with(['.', '\u{202f}', '?', '`', ')']), "{text}");
    }
}
