//! Bytes typed as in a string of C.

use std::fmt;

/// The bytes of a text whose escapes are decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub Vec<u8>);

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// A backslash at the end.
    Alone,
    /// No such escape.
    Unknown(char),
    /// `\x` without a figure behind.
    NoFigure,
    /// An octal escape above 255.
    TooLarge,
    Empty,
}

impl fmt::Display for TextError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TextError::Alone => {
                formatter.write_str("il finit par une barre oblique inverse ; pour elle-même, tapez \\\\")
            }
            TextError::Unknown(letter) => write!(
                formatter,
                "\\{} n’est pas une séquence du C ; on écrit \\n, \\r, \\t, \\0, \\xNN, et \\\\ pour la barre elle-même",
                letter.escape_default()
            ),
            TextError::NoFigure => {
                formatter.write_str("\\x attend un ou deux chiffres hexadécimaux, par exemple \\x0a")
            }
            TextError::TooLarge => formatter.write_str("un octet va de \\0 à \\377 en octal"),
            TextError::Empty => formatter.write_str("un texte vide est toujours déjà là ; donnez au moins un octet"),
        }
    }
}

impl std::error::Error for TextError {}

/// Decodes the escapes of C; every other character stands for its bytes in UTF-8.
///
/// # Errors
/// An escape that C does not have.
pub(in crate::cli) fn text(typed: &str) -> Result<Text, TextError> {
    let mut bytes = Vec::with_capacity(typed.len());
    let mut rest = typed;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let (byte, length) = escape(after)?;
        bytes.push(byte);
        rest = after.get(length..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(Text(bytes))
}

/// The same, for a text that is looked for.
///
/// # Errors
/// Those of [`text`], and an empty text.
pub(in crate::cli) fn sought(typed: &str) -> Result<Text, TextError> {
    text(typed).and_then(|text| if text.0.is_empty() { Err(TextError::Empty) } else { Ok(text) })
}

/// The byte of the escape that follows a backslash, and how many bytes of text it takes.
fn escape(after: &str) -> Result<(u8, usize), TextError> {
    let letter = after.chars().next().ok_or(TextError::Alone)?;
    let byte = match letter {
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'a' => 7,
        'b' => 8,
        'v' => 11,
        'f' => 12,
        'e' => 27,
        '\\' | '"' | '\'' | '?' => return Ok((after.as_bytes()[0], 1)),
        'x' => {
            let (byte, figures) = number(&after[1..], 16, 2).ok_or(TextError::NoFigure)?;
            return Ok((byte, figures + 1));
        }
        '0'..='7' => return number(after, 8, 3).ok_or(TextError::TooLarge),
        _ => return Err(TextError::Unknown(letter)),
    };
    Ok((byte, 1))
}

/// The number at the start, of at most so many figures, and how many it has.
fn number(text: &str, radix: u32, most: usize) -> Option<(u8, usize)> {
    let figures = text.chars().take(most).take_while(|figure| figure.is_digit(radix)).count();
    let value = u32::from_str_radix(&text[..figures], radix).ok()?;
    Some((u8::try_from(value).ok()?, figures))
}

#[cfg(test)]
mod tests {
    use super::{Text, TextError, sought, text};

    #[test]
    fn escapes_are_those_of_c() {
        let cases: [(&str, &[u8]); 11] = [
            ("", b""),
            ("été", "été".as_bytes()),
            ("GET / HTTP/1.1\\r\\n\\r\\n", b"GET / HTTP/1.1\r\n\r\n"),
            ("a\\0b\\tc\\\\n", b"a\0b\tc\\n"),
            ("\\x41\\xff\\x7é", b"A\xff\x07\xc3\xa9"),
            ("\\x0a1", b"\n1"),
            ("\\012\\1\\377", b"\n\x01\xff"),
            ("\\\"\\'\\?", b"\"'?"),
            ("\\e[2J", b"\x1b[2J"),
            ("\\00", b"\0"),
            ("\\08", b"\x008"),
        ];
        for (typed, bytes) in cases {
            assert_eq!(text(typed), Ok(Text(bytes.to_vec())), "{typed:?}");
        }
    }

    #[test]
    fn what_c_does_not_have_is_refused() {
        for (typed, error) in [
            ("\\", TextError::Alone),
            ("a\\", TextError::Alone),
            ("\\q", TextError::Unknown('q')),
            ("\\é", TextError::Unknown('é')),
            ("\\x", TextError::NoFigure),
            ("\\xg", TextError::NoFigure),
            ("\\400", TextError::TooLarge),
        ] {
            assert_eq!(text(typed), Err(error), "{typed:?}");
        }
        assert_eq!(sought(""), Err(TextError::Empty));
    }
}
