//! Why the HTTP server refuses a request: the stable ids of `peer`, in words.

/// Id, then the reason as the rest of a sentence.
const REASONS: &[(&str, &str)] = &[
    ("bare-lf", "une ligne finit par \\n seul, sans \\r"),
    ("bare-cr", "un \\r n’est pas suivi de \\n"),
    ("control-byte", "elle contient un octet de commande"),
    ("tls", "ces octets ouvrent une session TLS (https), et ce serveur parle http"),
    ("incomplete-request", "le client a fermé avant de la finir"),
    ("bad-request-line", "sa première ligne n’est pas « méthode cible version »"),
    ("missing-version", "sa première ligne ne donne pas de version (HTTP/1.1)"),
    ("bad-version", "sa version ne s’écrit pas ainsi (HTTP/1.1)"),
    ("obs-fold", "un en-tête continue sur la ligne suivante, ce qui n’est plus permis"),
    ("missing-colon", "une ligne d’en-tête n’a pas de deux-points"),
    ("space-before-colon", "un espace précède les deux-points d’un en-tête"),
    ("bad-header-name", "un nom d’en-tête contient un caractère interdit"),
    ("bad-header-value", "une valeur d’en-tête contient un caractère interdit"),
    ("missing-host", "l’en-tête Host manque, que HTTP/1.1 exige"),
    ("duplicate-host", "l’en-tête Host est donné plusieurs fois"),
    ("bad-host", "l’en-tête Host n’est pas un nom de machine"),
    ("bad-content-length", "Content-Length n’est pas un nombre"),
    ("duplicate-content-length", "Content-Length est donné plusieurs fois"),
    ("length-and-transfer-encoding", "Content-Length et Transfer-Encoding se contredisent"),
    ("bad-target", "sa cible n’est pas un chemin qui commence par /"),
    ("asterisk-target", "la cible * ne va qu’avec OPTIONS"),
    ("bad-percent", "un % de sa cible n’est pas suivi de deux chiffres hexadécimaux"),
    ("nul-in-target", "sa cible contient un octet nul"),
    ("encoded-slash", "sa cible cache un / dans %2F"),
    ("not-found", "rien ne porte ce nom ici"),
    ("hidden-name", "un nom qui commence par un point n’est pas servi"),
    ("empty-segment", "sa cible contient //"),
    ("outside", "sa cible mène hors du dossier servi"),
    ("not-a-file", "ce nom n’est pas celui d’un fichier ordinaire"),
    ("method-not-allowed", "seules GET et HEAD sont permises ici"),
    ("head-too-slow", "ses en-têtes tardent trop à venir"),
    ("body-too-large", "son corps est trop grand"),
    ("target-too-long", "sa cible est trop longue"),
    ("head-too-large", "ses en-têtes sont trop grands"),
    ("too-many-headers", "elle a trop d’en-têtes"),
    ("unreadable", "le fichier ne peut pas être lu"),
    ("file-changed", "le fichier a changé pendant l’envoi"),
    ("unknown-method", "sa méthode est inconnue"),
    ("transfer-encoding", "ce Transfer-Encoding n’est pas pris en charge"),
    ("no-descriptor", "plus un seul descripteur libre pour ouvrir le fichier"),
    ("unsupported-version", "cette version de HTTP n’est pas prise en charge"),
];

/// The reason of that id in words; another one as it is.
#[must_use]
pub fn reason(id: &str) -> &str {
    REASONS.iter().find(|row| row.0 == id).map_or(id, |row| row.1)
}
