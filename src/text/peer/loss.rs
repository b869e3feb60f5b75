//! What was lost on the way, in sentences: nothing that is missing is left to be guessed.

use super::{unsigned, whole};
use crate::event::peer::Losses;
use crate::text::quantity::counted;

/// What follows the figures of a server's summary: a sentence for each loss.
#[must_use]
pub fn losses(losses: &Losses) -> String {
    let Losses { unheard, unsaved } = *losses;
    let sentences = [unheard_children(unheard), unsaved_bytes(unsaved)];
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

#[cfg(test)]
mod tests {
    use super::losses;
    use crate::event::peer::Losses;

    #[test]
    fn what_is_missing_is_said_and_only_that() {
        assert_eq!(losses(&Losses::default()), "");
        let said = losses(&Losses { unheard: 140, unsaved: 1 }).replace(['\u{a0}', '\u{202f}'], " ");
        assert_eq!(
            said,
            " Les chiffres de 140 enfants manquent : ils sont morts avant de les dire. 1 octet reçu manque dans le fichier de --save."
        );
    }
}
