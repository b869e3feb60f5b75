//! What a lesson expects, in words.

use crate::lesson::model::{Expected, Need, Range};
use crate::syscall::notation;
use crate::text::quantity::number;

/// The expected outcome as a noun phrase: « un nouveau descripteur », « l’erreur EADDRINUSE ».
#[must_use]
pub fn expected(expected: &Expected) -> String {
    match expected {
        Expected::Success => "la réussite de l’appel".to_owned(),
        Expected::Any => "n’importe quel résultat".to_owned(),
        Expected::Number(range) => numbers(*range),
        Expected::Descriptor(None) => "un nouveau descripteur".to_owned(),
        Expected::Descriptor(Some(fd)) => format!("le descripteur {fd}"),
        Expected::Process(None) => "un processus".to_owned(),
        Expected::Process(Some(actor)) => format!("le processus de {actor}"),
        Expected::Received { count, bytes } => received(*count, bytes),
        Expected::Everything => "tous les octets donnés à l’appel".to_owned(),
        Expected::StartsWith(bytes) => format!("un résultat qui commence par {}", quoted(bytes)),
        Expected::All(all) => all.iter().map(self::expected).collect::<Vec<_>>().join(", "),
        Expected::Ends => "la fin du processus ou du fil".to_owned(),
        Expected::ContainsAnyCase(bytes) => {
            format!("un résultat qui contient {}, majuscules ou minuscules", quoted(bytes))
        }
        Expected::Contains(bytes) => format!("un résultat qui contient {}", quoted(bytes)),
        Expected::Text(text) => format!("la chaîne {}", quoted(text)),
        Expected::Errno(errno) => format!("l’erreur {}", notation::errno_name(*errno)),
        Expected::Gai(error) => format!("l’erreur {}", error.name().unwrap_or("EAI_?")),
        Expected::Null => "NULL".to_owned(),
        Expected::NotNull => "un pointeur non nul".to_owned(),
        Expected::Blocks => "le blocage".to_owned(),
        Expected::BlocksThen(then) => format!("le blocage, puis {}", self::expected(then)),
        Expected::Killed(signal) => format!("la mort du processus par {}", notation::signal_name(*signal)),
        Expected::Exits(code) => format!("la fin du processus, avec le code {code}"),
        Expected::Depends { condition, then, otherwise } => {
            format!("{} {}, sinon {}", self::expected(then), condition_words(*condition), self::expected(otherwise))
        }
        Expected::Until { delimiter, then } => until(delimiter.as_deref(), then),
    }
}

fn numbers(range: Range) -> String {
    match (range.from, range.to) {
        (from, to) if from == to => format!("la valeur {}", number(from)),
        (from, i64::MAX) => format!("une valeur d’au moins {}", number(from)),
        (from, to) => format!("une valeur de {} à {}", number(from), number(to)),
    }
}

fn received(count: Option<Range>, bytes: &[u8]) -> String {
    match count {
        Some(range) if range.from == range.to && range.from == 1 => format!("un octet reçu, {}", quoted(bytes)),
        Some(range) if range.from == range.to => format!("{} octets reçus, {}", number(range.from), quoted(bytes)),
        _ => format!("les octets {}", quoted(bytes)),
    }
}

fn until(delimiter: Option<&[u8]>, then: &Expected) -> String {
    match delimiter {
        Some(bytes) => format!("une lecture jusqu’à {}, puis {}", quoted(bytes), expected(then)),
        None => format!("une lecture jusqu’à la fin, puis {}", expected(then)),
    }
}

fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", notation::escape(bytes))
}

fn condition_words(condition: Need) -> &'static str {
    match condition {
        Need::Root => "pour root",
        Need::Ipv6 => "si la machine a IPv6",
        Need::RawSockets => "avec CAP_NET_RAW",
        Need::ReservedPorts => "si les ports inférieurs à 1024 sont réservés",
        Need::PrivateNetwork => "dans un réseau privé",
    }
}

/// What a step asks of the machine, as a noun phrase.
#[must_use]
pub fn need(need: Need) -> &'static str {
    match need {
        Need::Root => "les droits de root",
        Need::Ipv6 => "IPv6",
        Need::RawSockets => "le droit d’ouvrir des sockets bruts (CAP_NET_RAW)",
        Need::ReservedPorts => "des ports réservés (ceux d’en dessous de 1024)",
        Need::PrivateNetwork => "un réseau privé (espace de noms)",
    }
}

#[cfg(test)]
mod tests {
    use super::expected;
    use crate::lesson::model::{Expected, Need, Range};
    use crate::syscall::errno::Errno;

    #[test]
    fn expectations_read_as_noun_phrases() {
        let received = Expected::Received { count: Some(Range::exactly(5)), bytes: b"salut".to_vec() };
        let depends = Expected::Depends {
            condition: Need::Root,
            then: Box::new(Expected::Number(Range::exactly(0))),
            otherwise: Box::new(Expected::Errno(Errno::EACCES)),
        };
        let rows = [
            (Expected::Descriptor(None), "un nouveau descripteur"),
            (Expected::Errno(Errno::EADDRINUSE), "l’erreur EADDRINUSE"),
            (Expected::Blocks, "le blocage"),
            (Expected::BlocksThen(Box::new(Expected::Descriptor(Some(4)))), "le blocage, puis le descripteur 4"),
            (Expected::Number(Range { from: 1, to: i64::MAX }), "une valeur d’au moins 1"),
            (received, "5 octets reçus, \"salut\""),
            (depends, "la valeur 0 pour root, sinon l’erreur EACCES"),
        ];
        for (value, text) in rows {
            assert_eq!(expected(&value), text);
        }
    }
}
