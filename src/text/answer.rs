//! The words of `connect --http`: what is read of an answer, and what is wrong with it.

use crate::event::answer::{Answer, AnswerFault, AnswerReason, Framing};
use crate::text::quantity::{counted, number};

/// The head of an answer has come.
#[must_use]
pub fn head(status: u16, framing: Framing, length: Option<u64>) -> String {
    if status < 200 {
        return format!("Réponse HTTP provisoire, code {status}\u{a0}: la réponse elle-même suit.");
    }
    let body = match framing {
        Framing::NoBody => "elle n’a pas de corps".to_owned(),
        Framing::ContentLength => format!("Content-Length annonce un corps de {}", octets(length.unwrap_or_default())),
        Framing::Chunked => "le corps vient par morceaux (chunked), chacun précédé de sa taille".to_owned(),
        Framing::UntilClose => "aucune longueur n’est annoncée, la fermeture seule marquera la fin du corps".to_owned(),
    };
    format!("Réponse HTTP, code {status}\u{a0}: {body}.")
}

/// It came whole.
#[must_use]
pub fn whole(body: u64) -> String {
    match body {
        0 => "Réponse HTTP complète, sans corps.".to_owned(),
        body => format!("Réponse HTTP complète\u{a0}: le corps fait {}.", octets(body)),
    }
}

/// Whole, and the server keeps the connection.
pub const KEPT_OPEN: &str = "Le serveur garde la connexion ouverte, malgré la ligne «\u{a0}Connection: close\u{a0}» de la \
                             requête. La réponse est complète\u{a0}: le client n’attend pas.";

/// The status is not the one that was asked for.
#[must_use]
pub fn status_unwanted(status: u16, wanted: &str) -> String {
    format!("Le code de la réponse est {status}\u{202f}; --expect-status demande {wanted}.")
}

/// What is wrong, and what to do about it.
#[must_use]
pub fn fault(fault: &AnswerFault) -> String {
    let (why, advice) = words(&fault.detail).unwrap_or((&fault.detail, ""));
    let why = counted_fault(fault).unwrap_or_else(|| why.to_owned());
    let line = match fault.quote.as_str() {
        "" => String::new(),
        quote => format!(" Ligne, jusqu’à cet octet\u{a0}: `{quote}`."),
    };
    let place = match fault.reason {
        AnswerReason::HttpMalformed | AnswerReason::HttpOverlong => format!(" (octet {})", whole_number(fault.offset)),
        AnswerReason::HttpTruncated | AnswerReason::HttpStatus => String::new(),
    };
    let advice = if advice.is_empty() { String::new() } else { format!(" {advice}") };
    format!("Réponse HTTP {}\u{a0}: {why}{place}.{line}{advice}", adjective(fault.reason))
}

/// What the end of the summary says of an answer that is not as it should be.
#[must_use]
pub fn verdict(answer: &Answer) -> Option<String> {
    let reason = answer.reason?;
    let excess = match answer.excess {
        0 => String::new(),
        excess => format!(", {} de trop", octets(excess)),
    };
    Some(format!("réponse HTTP {}{excess}", adjective(reason)))
}

fn adjective(reason: AnswerReason) -> &'static str {
    match reason {
        AnswerReason::HttpMalformed => "mal formée",
        AnswerReason::HttpTruncated => "incomplète",
        AnswerReason::HttpOverlong => "trop longue",
        AnswerReason::HttpStatus => "d’un autre code que demandé",
    }
}

/// A fault whose sentence holds numbers.
fn counted_fault(fault: &AnswerFault) -> Option<String> {
    let (announced, came) = (fault.announced?, fault.came?);
    Some(match fault.detail.as_str() {
        "short-body" => {
            format!("le corps fait {}, Content-Length en annonce {}", octets(came), whole_number(announced))
        }
        "short-chunk" => {
            format!("un morceau fait {}, sa taille en annonce {}", octets(came), whole_number(announced))
        }
        "chunk-not-ended" => format!("les {} d’un morceau ne sont pas suivis de \\r\\n", octets(announced)),
        "bytes-after-length" => {
            format!("Content-Length annonce {}, et d’autres viennent ensuite", octets(announced))
        }
        _ => return None,
    })
}

fn octets(bytes: u64) -> String {
    counted(usize::try_from(bytes).unwrap_or(usize::MAX), "0 octet", "octet")
}

fn whole_number(value: u64) -> String {
    number(i64::try_from(value).unwrap_or(i64::MAX))
}

/// Why, and one thing to do.
fn words(detail: &str) -> Option<(&'static str, &'static str)> {
    WORDS.iter().find(|row| row.0 == detail).map(|row| (row.1, row.2))
}

const WORDS: &[(&str, &str, &str)] = &[
    (
        "not-http",
        "les premiers octets ne sont pas ceux d’une ligne de statut",
        "Une réponse commence par `HTTP/1.1 200 OK\\r\\n`. Vérifiez que ce port est bien celui d’un serveur HTTP.",
    ),
    (
        "request-echoed",
        "le serveur renvoie la requête elle-même, comme un serveur d’écho",
        "Envoyez une réponse\u{a0}: `HTTP/1.1 200 OK\\r\\n`, l’en-tête, une ligne vide, le corps.",
    ),
    ("tls", "ce port parle TLS (https)", "Ce client parle HTTP en clair\u{a0}: demandez le port de `http://`."),
    (
        "blank-line-first",
        "une ligne vide précède la ligne de statut",
        "Commencez par `HTTP/1.1`\u{a0}: rien ne vient avant.",
    ),
    ("bare-lf", "une ligne finit par \\n seul", "HTTP termine chaque ligne par `\\r\\n`, la ligne vide aussi."),
    ("bare-cr", "un \\r n’est pas suivi de \\n", "HTTP termine chaque ligne par `\\r\\n`, dans cet ordre."),
    (
        "nul-byte",
        "l’en-tête contient un octet nul",
        "Envoyez `strlen(texte)` octets\u{a0}: le `\\0` final d’une chaîne du C ne fait pas partie du texte.",
    ),
    (
        "control-byte",
        "l’en-tête contient un octet de contrôle",
        "Une ligne d’en-tête ne contient que du texte\u{202f}; d’autres octets vont dans le corps.",
    ),
    (
        "head-too-large",
        "l’en-tête dépasse 64\u{a0}Kio",
        "Terminez l’en-tête par une ligne vide (`\\r\\n`)\u{202f}; le reste va dans le corps.",
    ),
    (
        "bad-version",
        "la première ligne ne commence pas par HTTP/1.1 suivi d’une espace",
        "Écrivez `HTTP/1.1 200 OK\\r\\n`.",
    ),
    (
        "missing-status",
        "la première ligne ne donne pas de code de statut",
        "Écrivez le code entre la version et le mot\u{a0}: `HTTP/1.1 200 OK\\r\\n`.",
    ),
    (
        "bad-status",
        "le code de statut n’est pas un nombre de trois chiffres, de 100 à 599",
        "Écrivez une seule espace de chaque côté du code\u{a0}: `HTTP/1.1 200 OK\\r\\n`.",
    ),
    (
        "missing-space-after-status",
        "rien ne suit le code de statut",
        "L’espace qui le suit est obligatoire, même sans mot derrière (RFC 9112, 4)\u{a0}: `HTTP/1.1 200 OK\\r\\n`.",
    ),
    (
        "unasked-upgrade",
        "le code 101 change de protocole, et personne ne l’a demandé",
        "Répondez en HTTP/1.1, par exemple avec le code 200.",
    ),
    (
        "obs-fold",
        "une ligne de l’en-tête commence par une espace",
        "Continuer ainsi la ligne d’avant est interdit\u{a0}: donnez chaque champ sur une seule ligne.",
    ),
    (
        "missing-colon",
        "une ligne de l’en-tête n’a pas de deux-points",
        "Si c’est le corps qui commence là, il manque la ligne vide (`\\r\\n`) qui termine l’en-tête.",
    ),
    (
        "space-before-colon",
        "une espace précède le deux-points d’une ligne de l’en-tête",
        "Écrivez `Nom: valeur`, sans espace avant le deux-points.",
    ),
    (
        "bad-header-name",
        "le nom d’une ligne de l’en-tête est vide ou contient un caractère interdit",
        "Un nom n’a que des lettres, des chiffres et des tirets\u{a0}: `Content-Type: text/html`.",
    ),
    (
        "bad-content-length",
        "Content-Length n’est pas un nombre écrit en chiffres",
        "Donnez la taille du corps en octets, en décimal, sans signe.",
    ),
    (
        "content-length-too-large",
        "Content-Length dépasse ce que tient un entier de 64\u{a0}bits",
        "Donnez la taille du corps en octets\u{202f}; une telle valeur vient souvent d’un nombre négatif.",
    ),
    ("duplicate-content-length", "Content-Length est donné deux fois", "Donnez-le une seule fois."),
    (
        "conflicting-content-lengths",
        "Content-Length est donné deux fois, avec deux valeurs",
        "Donnez-le une seule fois\u{a0}: la fin du corps serait ambiguë.",
    ),
    (
        "length-and-transfer-encoding",
        "Content-Length et Transfer-Encoding sont donnés ensemble",
        "Gardez l’un des deux\u{a0}: la fin du corps serait ambiguë.",
    ),
    (
        "bad-transfer-encoding",
        "Transfer-Encoding n’est pas une liste de codages, ou nomme mal chunked",
        "Écrivez `Transfer-Encoding: chunked`, une seule fois.",
    ),
    (
        "transfer-encoding-in-http-1-0",
        "Transfer-Encoding n’existe pas en HTTP/1.0",
        "Répondez en HTTP/1.1, ou annoncez la longueur par Content-Length.",
    ),
    (
        "bad-chunk-size",
        "la taille d’un morceau n’est pas un nombre hexadécimal",
        "Chaque morceau s’écrit\u{a0}: taille en hexadécimal, `\\r\\n`, octets, `\\r\\n`.",
    ),
    (
        "chunk-size-too-large",
        "la taille d’un morceau dépasse ce que tient un entier de 64\u{a0}bits",
        "Donnez le nombre d’octets du morceau, en hexadécimal.",
    ),
    (
        "bad-chunk-extension",
        "l’extension d’un morceau n’est pas de la forme ;nom=valeur",
        "Donnez la taille seule\u{a0}: personne ne demande d’extension.",
    ),
    (
        "chunk-line-too-long",
        "la ligne qui donne la taille d’un morceau dépasse 4\u{a0}Kio",
        "Donnez la taille seule, suivie de `\\r\\n`.",
    ),
    (
        "chunk-not-ended",
        "un morceau n’est pas suivi de \\r\\n",
        "Vérifiez sa taille\u{a0}: elle compte les octets du morceau, en hexadécimal, sans le `\\r\\n` qui le suit.",
    ),
    (
        "forbidden-trailer",
        "un champ qui dit où finit le corps vient après le corps",
        "Content-Length et Transfer-Encoding vont dans l’en-tête.",
    ),
    (
        "no-answer",
        "pas un octet n’est venu",
        "Le serveur lit-il toute la requête, jusqu’à sa ligne vide, puis envoie-t-il sa réponse\u{202f}?",
    ),
    (
        "interim-only",
        "une réponse provisoire (1xx) est venue, et rien après elle",
        "Envoyez ensuite la réponse elle-même, par exemple `HTTP/1.1 200 OK\\r\\n`.",
    ),
    (
        "cut-status-line",
        "la première ligne n’est pas finie",
        "Terminez-la par `\\r\\n`, et vérifiez ce que rend `send`.",
    ),
    (
        "cut-head",
        "la ligne vide qui termine l’en-tête n’est pas venue",
        "Envoyez `\\r\\n` seul après la dernière ligne de l’en-tête.",
    ),
    (
        "short-body",
        "le corps est plus court que Content-Length ne l’annonce",
        "Comptez les octets du corps, et recommencez `send` jusqu’à ce que tout soit parti.",
    ),
    (
        "short-chunk",
        "un morceau est plus court que sa taille ne l’annonce",
        "Donnez la taille de chaque morceau en octets, en hexadécimal, et envoyez-le en entier.",
    ),
    (
        "missing-last-chunk",
        "le dernier morceau, celui de taille 0, n’est pas venu",
        "Terminez le corps par `0\\r\\n\\r\\n`.",
    ),
    (
        "cut-trailer",
        "la ligne vide qui suit le dernier morceau n’est pas venue",
        "Terminez le corps par `0\\r\\n\\r\\n`.",
    ),
    (
        "never-closed",
        "aucune longueur n’est annoncée, et la fermeture qui marquerait la fin n’est pas venue",
        "Annoncez Content-Length, ou fermez la connexion après le corps.",
    ),
    (
        "bytes-after-no-body",
        "elle n’a pas de corps (HEAD, 204 ou 304), et des octets viennent après l’en-tête",
        "N’envoyez rien après la ligne vide.",
    ),
    (
        "bytes-after-length",
        "des octets viennent après la fin du corps",
        "Comptez dans Content-Length tous les octets du corps, et rien d’autre.",
    ),
    (
        "bytes-after-last-chunk",
        "des octets viennent après le dernier morceau, celui de taille 0",
        "N’envoyez rien après `0\\r\\n\\r\\n`.",
    ),
];

#[cfg(test)]
mod tests {
    use super::{WORDS, fault, verdict, words};
    use crate::event::answer::{Answer, AnswerFault, AnswerReason};
    use crate::peer::client::answer::fault::{Fault, Kind};

    #[test]
    fn every_kind_has_its_words() {
        for kind in Kind::ALL {
            let (why, advice) = words(kind.detail).unwrap_or_else(|| panic!("{kind:?}"));
            assert!(!why.ends_with('.') && !advice.is_empty() && !advice.ends_with(' '), "{kind:?}");
        }
        assert_eq!(WORDS.len(), Kind::ALL.len());
    }

    #[test]
    fn lengths_that_differ_are_told_in_figures() {
        let told = Fault { kind: Kind::SHORT_BODY, offset: 42, counts: Some((50, 3)), quote: Vec::new() }.told();
        let start = "Réponse HTTP incomplète\u{a0}: le corps fait 3 octets, Content-Length en annonce 50. ";
        assert!(fault(&told).replace("3\u{a0}octets", "3 octets").starts_with(start), "{}", fault(&told));
    }

    #[test]
    fn the_line_at_fault_is_quoted() {
        let told = Fault { kind: Kind::BARE_LF, offset: 15, counts: None, quote: b"HTTP/1.1 200 OK\n".to_vec() }.told();
        assert!(
            fault(&told).contains("(octet 15). Ligne, jusqu’à cet octet\u{a0}: `HTTP/1.1 200 OK\\n`. "),
            "{}",
            fault(&told)
        );
    }

    #[test]
    fn a_summary_counts_what_is_too_much() {
        let answer = Answer { excess: 4, reason: Some(AnswerReason::HttpOverlong), ..Answer::default() };
        assert_eq!(verdict(&answer).unwrap().replace('\u{a0}', " "), "réponse HTTP trop longue, 4 octets de trop");
        assert_eq!(verdict(&Answer::default()), None);
        let unknown = AnswerFault {
            reason: AnswerReason::HttpMalformed,
            detail: "new".into(),
            offset: 0,
            announced: None,
            came: None,
            quote: String::new(),
        };
        assert!(fault(&unknown).contains("new"));
    }
}
