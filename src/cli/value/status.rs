//! The status that an HTTP answer is to have.

use std::fmt;
use std::ops::RangeInclusive;

/// Why a status is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusError {
    NotAStatus,
    /// 1xx: another answer always follows it.
    Interim,
}

impl fmt::Display for StatusError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            StatusError::NotAStatus => {
                "il faut un code de 200 à 599, ou une famille de codes\u{a0}: 2xx, 3xx, 4xx ou 5xx"
            }
            StatusError::Interim => {
                "un code 1xx est provisoire, une autre réponse le suit toujours\u{202f}; donnez le code de celle-ci, \
                 par exemple 200"
            }
        })
    }
}

impl std::error::Error for StatusError {}

/// `200`, or `2xx` for all from 200 to 299.
///
/// # Errors
/// Anything else than a status from 200 to 599, or a class of them.
pub(in crate::cli) fn status(typed: &str) -> Result<RangeInclusive<u16>, StatusError> {
    let [class @ b'1'..=b'5', rest @ ..] = typed.as_bytes() else { return Err(StatusError::NotAStatus) };
    let first = u16::from(class - b'0') * 100;
    let range = match rest {
        [b'x' | b'X', b'x' | b'X'] => first..=first + 99,
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            let code = first + u16::from(tens - b'0') * 10 + u16::from(ones - b'0');
            code..=code
        }
        _ => return Err(StatusError::NotAStatus),
    };
    if *range.start() < 200 { Err(StatusError::Interim) } else { Ok(range) }
}

#[cfg(test)]
mod tests {
    use super::{StatusError, status};

    #[test]
    fn a_status_or_a_class() {
        let wrong = Err(StatusError::NotAStatus);
        let rows = [
            ("200", Ok(200..=200)),
            ("599", Ok(599..=599)),
            ("2xx", Ok(200..=299)),
            ("5XX", Ok(500..=599)),
            ("100", Err(StatusError::Interim)),
            ("1xx", Err(StatusError::Interim)),
            ("", wrong.clone()),
            ("20", wrong.clone()),
            ("2000", wrong.clone()),
            ("600", wrong.clone()),
            ("2x", wrong.clone()),
            ("2x0", wrong.clone()),
            ("+20", wrong.clone()),
            ("deux", wrong),
        ];
        for (typed, expected) in rows {
            assert_eq!(status(typed), expected, "{typed:?}");
        }
    }
}
