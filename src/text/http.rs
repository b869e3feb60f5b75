//! The words of `serve --http`: the pages that clients see, and why a request is refused.

/// The page served where no file or folder was given.
pub const WELCOME: &str = include_str!("http/welcome.html");

/// The page of an answer of that status, in HTML; with the id of its refusal, who wrote the client reads there what is wrong with its request.
#[must_use]
pub fn status_page(status: u16, refusal: Option<&str>) -> String {
    let (title, sentence) = status_words(status);
    // Other refusals say no more than that there is nothing.
    let reason = refusal.filter(|_| matches!(status, 400 | 501)).and_then(reason);
    let sentence = match reason {
        Some(reason) => format!("{}\u{a0}: {}", sentence.trim_end_matches('.'), escaped(reason)),
        None => sentence.to_owned(),
    };
    page(&format!("{status} {title}"), &format!("<p>{sentence}</p>\n"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The page of a folder, in HTML; its path and its `<li>` rows are HTML already.
#[must_use]
pub fn folder_page(path: &str, rows: &str, complete: bool) -> String {
    let list =
        if rows.is_empty() { "<p>Ce dossier est vide.</p>\n".to_owned() } else { format!("<ul>\n{rows}</ul>\n") };
    let rest =
        if complete { "" } else { "<p>La suite n’est pas montrée\u{a0}: ce dossier contient trop de noms.</p>\n" };
    page(&format!("Contenu de {path}"), &format!("{list}{rest}"))
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n\
         <body>\n<h1>{title}</h1>\n{body}</body>\n</html>\n"
    )
}

fn status_words(status: u16) -> (&'static str, &'static str) {
    match status {
        301 => ("Déplacé", "Ce dossier se demande avec un / final."),
        400 => ("Requête incorrecte", "Cette requête ne respecte pas HTTP/1.1."),
        404 => ("Introuvable", "Rien ne se trouve à cette adresse."),
        405 => ("Méthode refusée", "Ce serveur répond seulement à GET et à HEAD."),
        408 => ("Requête trop lente", "La requête n’est pas arrivée en entier à temps."),
        413 => ("Corps trop grand", "Le corps de la requête dépasse 1\u{a0}Mio."),
        414 => ("Adresse trop longue", "L’adresse demandée dépasse 8\u{a0}Kio."),
        431 => ("En-tête trop grand", "L’en-tête de la requête est trop grand."),
        501 => ("Non pris en charge", "Ce serveur ne sait pas faire ce que demande la requête."),
        503 => ("Indisponible", "Ce serveur est trop occupé\u{202f}; réessayez."),
        505 => ("Version refusée", "Ce serveur parle HTTP/1.0 et HTTP/1.1."),
        _ => ("Erreur du serveur", "Le serveur n’a pas pu lire ce fichier."),
    }
}

/// Why a request is refused: the sentence of an id of `PeerNote::RequestRefused`; `None` where the id is unknown.
#[must_use]
pub fn reason(id: &str) -> Option<&'static str> {
    REASONS.iter().find(|row| row.0 == id).map(|row| row.1)
}

const REASONS: &[(&str, &str)] = &[
    ("bare-lf", "une ligne se termine par \\n seul\u{202f}; HTTP demande \\r\\n."),
    ("bare-cr", "un \\r n’est pas suivi de \\n."),
    ("control-byte", "l’en-tête contient un octet de contrôle."),
    ("tls", "le client parle TLS (https://)\u{202f}; ce serveur parle HTTP en clair (http://)."),
    ("incomplete-request", "le client a fermé sa moitié de la connexion avant la ligne vide qui termine l’en-tête."),
    ("bad-request-line", "la première ligne n’est pas de la forme «\u{a0}GET /chemin HTTP/1.1\u{a0}»."),
    ("missing-version", "la première ligne ne donne pas de version\u{202f}; elle se termine par HTTP/1.1."),
    ("bad-version", "la première ligne ne se termine pas par HTTP/1.1."),
    (
        "obs-fold",
        "une ligne de l’en-tête commence par une espace\u{202f}; continuer ainsi la ligne d’avant est interdit.",
    ),
    ("missing-colon", "une ligne de l’en-tête n’a pas de deux-points."),
    ("space-before-colon", "une espace précède le deux-points d’une ligne de l’en-tête."),
    ("bad-header-name", "le nom d’une ligne de l’en-tête est vide ou contient un caractère interdit."),
    ("bad-header-value", "la valeur d’une ligne de l’en-tête contient un caractère interdit."),
    ("missing-host", "la ligne Host manque\u{202f}; HTTP/1.1 l’exige."),
    ("duplicate-host", "la ligne Host est donnée deux fois."),
    ("bad-host", "l’hôte demandé n’est ni un nom ni une adresse."),
    ("bad-content-length", "Content-Length n’est pas un nombre écrit en chiffres."),
    ("duplicate-content-length", "Content-Length est donné deux fois."),
    (
        "length-and-transfer-encoding",
        "Content-Length et Transfer-Encoding sont donnés ensemble\u{202f}; la fin du corps serait ambiguë.",
    ),
    (
        "transfer-encoding-too-old",
        "Transfer-Encoding n’existe pas en HTTP/1.0\u{202f}; la fin du corps serait ambiguë.",
    ),
    (
        "bad-transfer-encoding",
        "dans Transfer-Encoding, chunked n’est pas le dernier codage\u{202f}; la fin du corps serait inconnue.",
    ),
    (
        "bad-chunk",
        "un morceau du corps (chunk) est mal formé\u{202f}; chacun est sa taille en hexadécimal, \\r\\n, ses octets, \\r\\n.",
    ),
    ("incomplete-body", "le client a fermé sa moitié de la connexion avant la fin du corps."),
    ("bad-target", "l’adresse demandée n’est pas de la forme /chemin."),
    ("asterisk-target", "l’adresse * n’a de sens qu’avec OPTIONS."),
    ("bad-percent", "un % de l’adresse n’est pas suivi de deux chiffres hexadécimaux."),
    ("nul-in-target", "l’adresse contient un octet nul (%00)."),
    ("encoded-slash", "l’adresse contient une barre oblique codée (%2f)."),
    ("not-found", "rien ne porte ce nom."),
    ("hidden-name", "un nom qui commence par un point n’est jamais servi\u{202f}; .. non plus."),
    ("empty-segment", "l’adresse contient deux barres obliques de suite."),
    ("outside", "un lien mène hors du dossier servi."),
    (
        "absolute-link",
        "un lien absolu n’est pas suivi, où qu’il mène\u{202f}; un lien relatif l’est dans le dossier servi.",
    ),
    ("not-a-file", "ce nom est celui d’un tube, d’un périphérique ou d’un socket, pas d’un fichier."),
    ("method-not-allowed", "seuls GET et HEAD sont servis."),
    ("head-too-slow", "l’en-tête n’est pas arrivé en entier dans les 30\u{a0}secondes."),
    ("body-too-slow", "le corps n’est pas arrivé en entier dans la minute."),
    ("body-too-large", "le corps dépasse 1\u{a0}Mio."),
    ("target-too-long", "l’adresse demandée dépasse 8\u{a0}Kio."),
    ("head-too-large", "l’en-tête dépasse 16\u{a0}Kio."),
    ("too-many-headers", "l’en-tête a plus de 100\u{a0}lignes."),
    ("unreadable", "le serveur n’a pas le droit ou le moyen de lire ce fichier."),
    ("file-changed", "le fichier a raccourci pendant sa lecture."),
    ("unknown-method", "la méthode est inconnue."),
    ("transfer-encoding", "Transfer-Encoding demande un codage que ce serveur ne lit pas\u{202f}; il lit chunked."),
    ("no-descriptor", "le serveur n’a plus de descripteur libre pour ouvrir le fichier."),
    ("unsupported-version", "cette version de HTTP n’est pas servie\u{202f}; HTTP/1.0 et HTTP/1.x le sont."),
];

#[cfg(test)]
mod tests {
    use super::{REASONS, WELCOME, escaped, folder_page, reason, status_page};
    use crate::peer::service::http::refusal::Refusal;

    #[test]
    fn every_refusal_has_its_sentence_and_its_page() {
        for refusal in Refusal::ALL {
            assert!(reason(refusal.reason).is_some_and(|sentence| sentence.ends_with('.')), "{refusal:?}");
            let page = status_page(refusal.status, Some(refusal.reason));
            assert!(page.contains(&format!("<h1>{} ", refusal.status)));
            let told = reason(refusal.reason).is_some_and(|sentence| page.contains(&escaped(sentence)));
            assert_eq!(told, [400, 501].contains(&refusal.status), "{page}");
        }
        assert_eq!(REASONS.len(), Refusal::ALL.len());
        assert_eq!(reason("unknown-id"), None);
        assert_eq!(escaped("<b>&"), "&lt;b&gt;&amp;");
    }

    #[test]
    fn pages_are_whole() {
        for page in [WELCOME, &folder_page("/", "", true), &folder_page("/a/", "<li>b</li>\n", false)] {
            assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"fr\">") && page.ends_with("</html>\n"), "{page}");
        }
    }
}
