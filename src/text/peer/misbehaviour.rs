//! The misbehaviours: what each does wrong and what a client learns from it.

use crate::event::peer::Misbehaviour;
use crate::text::quantity::{counted, duration};

/// Announced at the start: what it does, and why a client should meet it.
#[must_use]
pub fn announced(misbehaviour: Misbehaviour) -> String {
    match misbehaviour {
        Misbehaviour::Slow { milliseconds } => format!(
            "Il attend {} avant chaque envoi : un client patiente, ou se donne un délai d’attente.",
            time(milliseconds)
        ),
        Misbehaviour::Fragment { bytes } => format!(
            "Il envoie au plus {} à la fois : TCP est un flux, et un client lit en boucle jusqu’à tout avoir.",
            octets(bytes)
        ),
        Misbehaviour::CloseAfter { bytes } => format!(
            "Il ferme après {} : un client remarque une réponse qui s’arrête trop tôt (recv rend 0).",
            sent(bytes)
        ),
        Misbehaviour::ResetAfter { bytes } => format!(
            "Il réinitialise la connexion (RST) après {} : un client survit à ECONNRESET, et à SIGPIPE.",
            sent(bytes)
        ),
        Misbehaviour::NeverRead => {
            "Il ne lit jamais : les tampons se remplissent, puis send bloque chez le client.".to_owned()
        }
        Misbehaviour::NeverAccept => {
            "Il n’appelle jamais accept : connect réussit pourtant, tant que la file du noyau a de la place.".to_owned()
        }
        Misbehaviour::DropClient { number } => {
            format!("Il ferme aussitôt la connexion du client {number} : un client supporte que recv rende 0 d’emblée.")
        }
        Misbehaviour::BareLf => {
            "Ses lignes HTTP finissent par \\n seul, sans \\r : un client tolérant accepte les deux (RFC 9112, 2.2)."
                .to_owned()
        }
        Misbehaviour::NoLength => {
            "Ses réponses HTTP n’annoncent pas leur longueur : un client lit jusqu’à la fermeture, \
                             quand recv rend 0."
                .to_owned()
        }
        Misbehaviour::DelayAccept { milliseconds } => format!(
            "Il attend {} avant chaque accept : connect réussit aussitôt, c’est la réponse qui tarde.",
            time(milliseconds)
        ),
    }
}

/// Said when it happens, shorter.
#[must_use]
pub fn happens(misbehaviour: Misbehaviour, client: Option<u64>) -> String {
    let whom = client.map(|number| format!(", client {number}")).unwrap_or_default();
    format!("Exprès{whom} : {}.", deed(misbehaviour))
}

fn deed(misbehaviour: Misbehaviour) -> String {
    match misbehaviour {
        Misbehaviour::Slow { milliseconds } => format!("une pause de {} avant chaque envoi", time(milliseconds)),
        Misbehaviour::Fragment { bytes } => format!("au plus {} par envoi", octets(bytes)),
        Misbehaviour::CloseAfter { bytes } => format!("fermeture après {}", sent(bytes)),
        Misbehaviour::ResetAfter { bytes } => format!("réinitialisation (RST) après {}", sent(bytes)),
        Misbehaviour::NeverRead => "rien n’est lu, le tampon de réception se remplit".to_owned(),
        Misbehaviour::NeverAccept => "accept n’est pas appelé, la file se remplit".to_owned(),
        Misbehaviour::DropClient { .. } => "connexion fermée aussitôt acceptée".to_owned(),
        Misbehaviour::BareLf => "lignes de la réponse finies par \\n seul".to_owned(),
        Misbehaviour::NoLength => "réponse sans Content-Length, que la fermeture finira".to_owned(),
        Misbehaviour::DelayAccept { milliseconds } => format!("une pause de {} avant accept", time(milliseconds)),
    }
}

/// Without decimals or seconds that are zero.
fn time(milliseconds: u64) -> String {
    let exact = duration(milliseconds.saturating_mul(1000));
    exact.replace(",0\u{a0}", "\u{a0}").replace("\u{a0}00\u{a0}s", "")
}

fn octets(bytes: u64) -> String {
    counted(usize::try_from(bytes).unwrap_or(usize::MAX), "aucun octet", "octet")
}

fn sent(bytes: u64) -> String {
    match bytes {
        0 => "l’accept, sans rien envoyer".to_owned(),
        bytes => counted(usize::try_from(bytes).unwrap_or(usize::MAX), "", "octet envoyé"),
    }
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_are_as_typed() {
        let rows = [(2000, "2 s"), (500, "500 ms"), (60_000, "1 min"), (61_000, "1 min 01 s"), (2500, "2,5 s")];
        for (milliseconds, text) in rows {
            assert_eq!(time(milliseconds).replace('\u{a0}', " "), text);
        }
    }
}
