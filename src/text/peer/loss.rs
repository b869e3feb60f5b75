//! What was lost on the way, in sentences: nothing that is missing is left to be guessed.

use super::{unsigned, whole};
use crate::event::peer::{ClientGone, Losses};
use crate::text::quantity::counted;

/// What follows the figures of a server's summary: a sentence for each loss.
#[must_use]
pub fn losses(losses: &Losses) -> String {
    let Losses { unheard, unsaved, unsent, missed } = *losses;
    let sentences = [unheard_children(unheard), unsaved_bytes(unsaved), missed_lines(missed), unsent_bytes(unsent)];
    sentences.into_iter().flatten().fold(String::new(), |said, sentence| said + " " + &sentence)
}

fn unheard_children(children: u64) -> Option<String> {
    match children {
        0 => None,
        1 => Some("Les chiffres d’un enfant manquent : il est mort avant de les dire.".to_owned()),
        _ => {
            Some(format!("Les chiffres de {} enfants manquent : ils sont morts avant de les dire.", unsigned(children)))
        }
    }
}

fn unsaved_bytes(bytes: u64) -> Option<String> {
    let verb = if bytes == 1 { "manque" } else { "manquent" };
    (bytes > 0).then(|| format!("{} {verb} dans le fichier de --save.", counted(whole(bytes), "", "octet reçu")))
}

fn missed_lines(lines: u64) -> Option<String> {
    let verb = if lines == 1 { "n’est pas arrivée" } else { "ne sont pas arrivées" };
    (lines > 0).then(|| format!("{} {verb} : qui ne lit pas les perd.", counted(whole(lines), "", "ligne")))
}

fn unsent_bytes(bytes: u64) -> Option<String> {
    let verb = if bytes == 1 { "n’est jamais parti" } else { "ne sont jamais partis" };
    (bytes > 0).then(|| format!("{} {verb}.", counted(whole(bytes), "", "octet")))
}

/// What follows the figures of a client that has left.
#[must_use]
pub fn of_client(gone: &ClientGone) -> String {
    let unsent = counted(whole(gone.unsent), "", "octet");
    let unsent = if gone.unsent > 0 {
        format!(", {unsent} jamais {}", if gone.unsent == 1 { "parti" } else { "partis" })
    } else {
        String::new()
    };
    match gone.missed {
        0 => unsent,
        missed => format!("{unsent}, {} pour lui", counted(whole(missed), "", "ligne perdue")),
    }
}

/// A client does not read, and what others say is lost for it.
#[must_use]
pub fn misses_lines(client: u64) -> String {
    format!(
        "client {} ne lit plus : son attente est pleine, et les lignes suivantes sont perdues pour lui. Leur compte \
         viendra avec sa fin.",
        unsigned(client)
    )
}

/// A line that goes to nobody.
#[must_use]
pub fn line_too_long(client: u64, limit: u64) -> String {
    format!(
        "client {} : une ligne de plus de {} n’est transmise à personne. Une ligne finit par \\n.",
        unsigned(client),
        counted(whole(limit), "", "octet")
    )
}

/// A client takes nothing of what is sent to it.
#[must_use]
pub fn takes_nothing(client: u64, seconds: u64, left: bool) -> String {
    let client = unsigned(client);
    let then = if left {
        "Le serveur ne le garde pas : il coupe la connexion par un RST."
    } else {
        "Le serveur le garde. Ce qui attend partira s’il lit, et sera compté comme perdu sinon."
    };
    format!("client {client} ne lit plus : pas un octet pris depuis {} s. {then}", unsigned(seconds))
}

/// A client that asks nothing leaves its place.
#[must_use]
pub fn yields(client: u64, seconds: u64) -> String {
    format!(
        "client {} ne demande rien depuis {} s, et d’autres attendent dans la file : ce serveur sert un client à la \
         fois, et ferme cette connexion. Un navigateur en ouvre plusieurs, de réserve.",
        unsigned(client),
        unsigned(seconds)
    )
}

/// A datagram that came from where it went.
#[must_use]
pub fn own_address(address: &str) -> String {
    format!(
        "Ce datagramme vient de {address}, l’adresse du serveur lui-même : elle a été falsifiée, ou c’est une boucle. \
         Y répondre ne finirait jamais. Le serveur n’y répond pas."
    )
}

/// A sender that sends back what it receives.
#[must_use]
pub fn answers_answers(address: &str, times: u64) -> String {
    format!(
        "{address} a renvoyé {} fois de suite exactement ce qu’il venait de recevoir. Deux serveurs d’écho qui se \
         répondent ne s’arrêtent jamais.",
        unsigned(times)
    )
}

#[cfg(test)]
mod tests {
    use super::losses;
    use crate::event::peer::Losses;

    #[test]
    fn what_is_missing_is_said_and_only_that() {
        assert_eq!(losses(&Losses::default()), "");
        let said =
            losses(&Losses { unheard: 140, unsaved: 1, unsent: 12, missed: 1 }).replace(['\u{a0}', '\u{202f}'], " ");
        assert_eq!(
            said,
            " Les chiffres de 140 enfants manquent : ils sont morts avant de les dire. 1 octet reçu manque dans le fichier de --save. 1 ligne n’est pas arrivée : qui ne lit pas les perd. 12 octets ne sont jamais partis."
        );
    }
}
