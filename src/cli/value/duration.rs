//! Durations: `2s`, `500ms`, `1m`, `0,5s`; a number alone is in seconds.

use std::fmt;
use std::time::Duration;

/// Units, and what each is worth in nanoseconds. Longer names first where one ends another.
const UNITS: &[(&str, u64)] =
    &[("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000)];

/// A day, in nanoseconds.
const LONGEST: u64 = 86_400_000_000_000;

/// Why a duration is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DurationError {
    Zero,
    Negative,
    TooLong,
    Unreadable,
}

impl fmt::Display for DurationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            DurationError::Zero => "une durée nulle n’attend rien ; retirez l’option, ou donnez par exemple 500ms",
            DurationError::Negative => "une durée n’est jamais négative ; donnez par exemple 2s ou 500ms",
            DurationError::TooLong => "c’est plus d’un jour ; donnez au plus 24h",
            DurationError::Unreadable => {
                "une durée est un nombre et son unité, ms, s, m ou h : 500ms, 2s, 0,5s, 1m ; sans unité, des secondes"
            }
        })
    }
}

impl std::error::Error for DurationError {}

/// Reads a duration, from a nanosecond to a day.
///
/// # Errors
/// Anything else.
pub(in crate::cli) fn duration(typed: &str) -> Result<Duration, DurationError> {
    let (digits, unit) = UNITS
        .iter()
        .find_map(|(name, worth)| Some((typed.strip_suffix(name)?, *worth)))
        .unwrap_or((typed, 1_000_000_000));
    let digits = digits.trim_end();
    let (negative, digits) = digits.strip_prefix('-').map_or((false, digits), |rest| (true, rest));
    let nanoseconds = scaled(digits, unit)?;
    match nanoseconds {
        _ if negative => Err(DurationError::Negative),
        0 => Err(DurationError::Zero),
        LONGEST.. if nanoseconds > LONGEST => Err(DurationError::TooLong),
        _ => Ok(Duration::from_nanos(nanoseconds)),
    }
}

/// A decimal number times the unit, decimals beyond the nanosecond dropped.
fn scaled(digits: &str, unit: u64) -> Result<u64, DurationError> {
    let (whole, decimals) = digits.split_once([',', '.']).unwrap_or((digits, "0"));
    let figures = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !figures(whole) || !figures(decimals) {
        return Err(DurationError::Unreadable);
    }
    let whole = whole.parse::<u64>().ok().and_then(|whole| whole.checked_mul(unit)).ok_or(DurationError::TooLong)?;
    let mut part = 0;
    let mut worth = unit;
    for figure in decimals.bytes() {
        worth /= 10;
        part += u64::from(figure - b'0') * worth;
    }
    whole.checked_add(part).ok_or(DurationError::TooLong)
}

#[cfg(test)]
mod tests {
    use super::{DurationError, duration};
    use std::time::Duration;

    #[test]
    fn a_duration_is_a_number_and_its_unit() {
        let cases = [
            ("2s", Ok(Duration::from_secs(2))),
            ("2", Ok(Duration::from_secs(2))),
            ("500ms", Ok(Duration::from_millis(500))),
            ("1m", Ok(Duration::from_mins(1))),
            ("24h", Ok(Duration::from_hours(24))),
            ("0.5s", Ok(Duration::from_millis(500))),
            ("0,25", Ok(Duration::from_millis(250))),
            ("1 s", Ok(Duration::from_secs(1))),
            ("0,0000000000000000000000000001", Err(DurationError::Zero)),
            ("0", Err(DurationError::Zero)),
            ("-0", Err(DurationError::Negative)),
            ("-2s", Err(DurationError::Negative)),
            ("25h", Err(DurationError::TooLong)),
            ("99999999999999999999", Err(DurationError::TooLong)),
            ("", Err(DurationError::Unreadable)),
            ("s", Err(DurationError::Unreadable)),
            ("-", Err(DurationError::Unreadable)),
            (".5", Err(DurationError::Unreadable)),
            ("5.", Err(DurationError::Unreadable)),
            ("2j", Err(DurationError::Unreadable)),
            ("deux", Err(DurationError::Unreadable)),
            ("1e3", Err(DurationError::Unreadable)),
            ("٢", Err(DurationError::Unreadable)),
        ];
        for (typed, expected) in cases {
            assert_eq!(duration(typed), expected, "{typed:?}");
        }
    }
}
