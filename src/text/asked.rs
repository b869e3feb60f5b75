//! What the key `e` answers: the last call, and the errno it ended with.

use crate::syscall::errno::Errno;
use crate::syscall::vocabulary;
use crate::text::errno::{advice, french, meaning};

/// One paragraph each; the whole page is one command away.
#[must_use]
pub fn paragraphs(call: Option<&str>, errno: Option<Errno>) -> Vec<String> {
    let mut paragraphs = Vec::new();
    if let Some(errno) = errno {
        let name = errno.name().unwrap_or("?");
        paragraphs.push(format!("{name} ({})\u{a0}: {}. {}", errno.number(), french(errno), meaning(errno)));
        paragraphs.extend(advice(errno).map(str::to_owned));
    }
    if let Some(function) = call.and_then(vocabulary::function) {
        paragraphs.push(format!("Pour tout savoir de cet appel\u{a0}: socketlab explain {}", function.name));
    }
    if paragraphs.is_empty() {
        paragraphs.push("Aucun appel n’a encore été fait.".to_owned());
    }
    paragraphs
}
