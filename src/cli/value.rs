//! The values of options, and why some are refused.

pub mod count;
pub mod duration;
pub mod host;
pub mod literal;
pub mod status;

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{OsStringValueParser, TypedValueParser};

/// Which lesson to play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    Number(u32),
    Slug(String),
    File(PathBuf),
}

/// As it is typed.
impl fmt::Display for Choice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Choice::Number(number) => write!(formatter, "{number}"),
            Choice::Slug(slug) => formatter.write_str(slug),
            Choice::File(path) => write!(formatter, "{}", path.display()),
        }
    }
}

/// Which port to play on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortChoice {
    /// The first free one.
    Auto,
    /// From 1 to 65535.
    Number(u16),
}

/// Why a port is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortError {
    Zero,
    TooLarge,
    Negative,
    NotANumber,
}

impl fmt::Display for PortError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            PortError::Zero => {
                "le port 0 demande au noyau d’en choisir un, que personne ne connaîtrait d’avance ; \
                 donnez un nombre de 1 à 65535, ou tapez --port auto"
            }
            PortError::TooLarge => {
                "un port tient sur 16 bits ; donnez un nombre de 1 à 65535, par exemple --port 3001, ou --port auto"
            }
            PortError::Negative => "un port n’est jamais négatif ; donnez un nombre de 1 à 65535, ou --port auto",
            PortError::NotANumber => {
                "un port est un nombre de 1 à 65535, par exemple --port 3001 ; --port auto en prend un libre"
            }
        })
    }
}

impl std::error::Error for PortError {}

/// Reads `--port`.
///
/// # Errors
/// Anything but `auto` and a number from 1 to 65535.
pub fn port(text: &str) -> Result<PortChoice, PortError> {
    if text.eq_ignore_ascii_case("auto") {
        return Ok(PortChoice::Auto);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PortError::NotANumber);
    }
    if digits.bytes().all(|byte| byte == b'0') {
        return Err(PortError::Zero);
    }
    if digits != text {
        return Err(PortError::Negative);
    }
    u16::from_str(digits).map(PortChoice::Number).map_err(|_| PortError::TooLarge)
}

/// Reads which lesson; any text is one of the three.
pub(super) fn choice() -> impl TypedValueParser<Value = Choice> {
    OsStringValueParser::new().map(Choice::from)
}

impl From<OsString> for Choice {
    fn from(typed: OsString) -> Choice {
        match typed.to_str() {
            Some(text) => text.parse().map_or_else(|_| named(text), Choice::Number),
            None => Choice::File(typed.into()),
        }
    }
}

/// A path has a separator or ends as Markdown does; the rest is a short name.
fn named(text: &str) -> Choice {
    let path = PathBuf::from(text);
    let markdown = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md"));
    if markdown || text.contains('/') || path.is_dir() || text.is_empty() {
        return Choice::File(path);
    }
    Choice::Slug(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Choice, PortChoice, PortError, port};
    use std::ffi::OsString;
    use std::path::PathBuf;

    #[test]
    fn a_port_is_a_number_or_auto() {
        let cases = [
            ("1", Ok(PortChoice::Number(1))),
            ("65535", Ok(PortChoice::Number(65535))),
            ("03001", Ok(PortChoice::Number(3001))),
            ("auto", Ok(PortChoice::Auto)),
            ("AUTO", Ok(PortChoice::Auto)),
            ("0", Err(PortError::Zero)),
            ("-0", Err(PortError::Zero)),
            ("65536", Err(PortError::TooLarge)),
            ("70000", Err(PortError::TooLarge)),
            ("99999999999999999999", Err(PortError::TooLarge)),
            ("-1", Err(PortError::Negative)),
            ("", Err(PortError::NotANumber)),
            ("-", Err(PortError::NotANumber)),
            ("+3", Err(PortError::NotANumber)),
            ("http", Err(PortError::NotANumber)),
            ("3001 ", Err(PortError::NotANumber)),
        ];
        for (text, expected) in cases {
            assert_eq!(port(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_lesson_is_a_number_a_name_or_a_file() {
        let choice = |text: &str| Choice::from(OsString::from(text));
        assert_eq!(choice("5"), Choice::Number(5));
        assert_eq!(choice("05"), Choice::Number(5));
        assert_eq!(choice("accept"), Choice::Slug("accept".to_owned()));
        assert_eq!(choice("-1"), Choice::Slug("-1".to_owned()));
        assert_eq!(choice("99999999999"), Choice::Slug("99999999999".to_owned()));
        assert_eq!(choice("a/b"), Choice::File(PathBuf::from("a/b")));
        assert_eq!(choice("lecon.MD"), Choice::File(PathBuf::from("lecon.MD")));
        assert_eq!(choice(""), Choice::File(PathBuf::new()));
    }
}
