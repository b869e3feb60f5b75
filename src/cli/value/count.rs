//! Whole numbers within bounds.

use std::fmt;
use std::num::NonZero;

/// The most clients that `connect` runs at once.
const MOST_CLIENTS: u64 = 10_000;

/// The most bytes of a buffer that `trace` shows.
const MOST_SHOWN: u64 = 4096;

/// Why a number is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountError {
    NotANumber,
    /// Below the least.
    TooSmall {
        least: i64,
    },
    /// Above the most.
    TooLarge {
        most: u64,
    },
}

impl fmt::Display for CountError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CountError::NotANumber => formatter.write_str("il faut un nombre entier, en chiffres"),
            CountError::TooSmall { least } => write!(formatter, "il faut un nombre à partir de {least}"),
            CountError::TooLarge { most } => write!(formatter, "il faut un nombre d’au plus {most}"),
        }
    }
}

impl std::error::Error for CountError {}

/// Reads a number from `least` to `most`.
fn within(typed: &str, least: u64, most: u64) -> Result<u64, CountError> {
    let digits = typed.strip_prefix('-').unwrap_or(typed);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CountError::NotANumber);
    }
    let too_small = CountError::TooSmall { least: i64::try_from(least).unwrap_or(i64::MAX) };
    if digits != typed {
        return Err(too_small);
    }
    match typed.parse::<u64>() {
        Ok(number) if number < least => Err(too_small),
        Ok(number) if number <= most => Ok(number),
        _ => Err(CountError::TooLarge { most }),
    }
}

/// From 1.
pub(in crate::cli) fn from_one(typed: &str) -> Result<u64, CountError> {
    within(typed, 1, i64::MAX.unsigned_abs())
}

/// The number of a process.
pub(in crate::cli) fn identifier(typed: &str) -> Result<i32, CountError> {
    let most = u64::from(i32::MAX.unsigned_abs());
    within(typed, 1, most).and_then(|number| i32::try_from(number).map_err(|_| CountError::TooLarge { most }))
}

/// Bytes of a buffer that are shown.
pub(in crate::cli) fn text_size(typed: &str) -> Result<usize, CountError> {
    within(typed, 0, MOST_SHOWN).and_then(|number| usize::try_from(number).map_err(|_| CountError::NotANumber))
}

/// Bytes of a stream, from 0.
pub(in crate::cli) fn octets(typed: &str) -> Result<u64, CountError> {
    within(typed, 0, i64::MAX.unsigned_abs())
}

/// Bytes of a piece, from 1.
pub(in crate::cli) fn fragment(typed: &str) -> Result<NonZero<usize>, CountError> {
    let bytes = within(typed, 1, u64::from(u32::MAX))?;
    usize::try_from(bytes).ok().and_then(NonZero::new).ok_or(CountError::TooLarge { most: u64::from(u32::MAX) })
}

/// Clients at once.
pub(in crate::cli) fn clients(typed: &str) -> Result<u64, CountError> {
    within(typed, 1, MOST_CLIENTS)
}

/// The second argument of listen(2): any `int`, which the kernel judges.
pub(in crate::cli) fn backlog(typed: &str) -> Result<i32, CountError> {
    let digits = typed.strip_prefix('-').unwrap_or(typed);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CountError::NotANumber);
    }
    let beyond = if digits == typed {
        CountError::TooLarge { most: u64::from(i32::MAX.unsigned_abs()) }
    } else {
        CountError::TooSmall { least: i64::from(i32::MIN) }
    };
    typed.parse().map_err(|_| beyond)
}

#[cfg(test)]
mod tests {
    use super::{CountError, backlog, clients, fragment, octets};

    #[test]
    fn a_number_stays_within_its_bounds() {
        let small = |least| Err(CountError::TooSmall { least });
        let large = |most| Err(CountError::TooLarge { most });
        assert_eq!(clients("1"), Ok(1));
        assert_eq!(clients("10000"), Ok(10_000));
        assert_eq!(clients("0"), small(1));
        assert_eq!(clients("-5"), small(1));
        assert_eq!(clients("10001"), large(10_000));
        assert_eq!(clients("99999999999999999999999"), large(10_000));
        assert_eq!(octets("0"), Ok(0));
        assert_eq!(octets("-1"), small(0));
        for bad in ["", "-", "+1", "1.5", "1k", "x", "１"] {
            assert_eq!(octets(bad), Err(CountError::NotANumber), "{bad:?}");
            assert_eq!(backlog(bad), Err(CountError::NotANumber), "{bad:?}");
        }
        assert!(fragment("0").is_err());
        assert_eq!(fragment("1").map(std::num::NonZero::get), Ok(1));
    }

    #[test]
    fn a_backlog_is_any_int() {
        assert_eq!(backlog("-1"), Ok(-1));
        assert_eq!(backlog("0"), Ok(0));
        assert_eq!(backlog("2147483647"), Ok(i32::MAX));
        assert_eq!(backlog("2147483648"), Err(CountError::TooLarge { most: 2_147_483_647 }));
        assert_eq!(backlog("-2147483649"), Err(CountError::TooSmall { least: -2_147_483_648 }));
    }
}
