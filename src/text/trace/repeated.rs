//! The same call over and over.

use crate::text::quantity::number;

/// Where it begins not to be shown.
pub const AGAIN: &str = "… le même appel se répète : il n’est plus montré";

/// How many times it was not shown.
#[must_use]
pub fn more(times: u64) -> String {
    format!("… {} fois de plus", number(i64::try_from(times).unwrap_or(i64::MAX)))
}
