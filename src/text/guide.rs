//! How to find one's way on the screen: keys, marks, addresses to type, who plays.

use crate::event::Key;
use crate::state::Activity;
use crate::text::sentence::activity;

/// Before the command that another program of this machine, or of another, can type.
#[must_use]
pub fn reach(local: bool) -> &'static str {
    if local { "Depuis ce poste" } else { "Depuis un autre poste" }
}

/// After the first command that reaches a TCP server.
pub const OR_BROWSER: &str = "ou un navigateur";

/// The keys, in the order given: `Entrée suite · c client · e expliquer`.
#[must_use]
pub fn keys(keys: &[Key]) -> String {
    keys.iter().map(|key| self::key(*key)).collect::<Vec<_>>().join(" · ")
}

fn key(key: Key) -> String {
    let words = match key {
        Key::Choose(choices) => return format!("1 à {choices} répondre"),
        Key::Pass => "Entrée sans réponse",
        Key::Next => "Entrée suite",
        Key::PlayPeer => "c client",
        Key::Explain => "e expliquer",
        Key::Details => "d détails",
        Key::Hint => "i indice",
        Key::Replay => "r rejouer",
        Key::Previous => "p précédent",
        Key::Quit => "q quitter",
    };
    words.to_owned()
}

/// What the marks at the head of lines mean, once, at the start.
#[must_use]
pub fn legend(marks: [char; 9]) -> String {
    let [new, changed, gone, done, wanted, surprise, shown, asleep, held] = marks;
    format!(
        "En tête de ligne\u{a0}: {new} nouveau, {changed} changé, {gone} disparu, {done} appel réussi, {wanted} erreur \
         provoquée exprès, {surprise} inattendu, {shown} non jugé, {asleep} endormi, {held} état vérifié."
    )
}

/// A line of an `etat` block, in the panel's words.
#[must_use]
pub fn state_line(source: &str) -> String {
    [("en_attente", "en attente"), ("a_lire", "à lire"), ("non_acquitte", "non acquitté")]
        .iter()
        .fold(source.to_owned(), |line, (key, words)| line.replace(key, words))
}

/// Above what a stranger who plays this actor could type.
#[must_use]
pub fn suggested(actor: &str) -> String {
    format!("Le rôle de {actor} est tenu par quelqu’un d’autre. socketlab ferait\u{a0}:")
}

/// Where an actor is, for who wants to know more.
#[must_use]
pub fn details(actor: &str, pid: i32, seen: &Activity) -> String {
    let inside = seen.syscall.map_or(String::new(), |number| format!(" Appel système numéro {number}."));
    format!("{actor} (pid {pid})\u{a0}: {}{inside}", activity(seen))
}
