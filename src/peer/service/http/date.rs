//! The `Date` of an answer (RFC 9110, 5.6.7).

use std::time::{SystemTime, UNIX_EPOCH};

use crate::calendar::civil;

const DAYS: [&[u8; 3]; 7] = [b"Thu", b"Fri", b"Sat", b"Sun", b"Mon", b"Tue", b"Wed"];
const MONTHS: [&[u8; 3]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// Appends the time of now, in GMT.
pub fn push_now(out: &mut Vec<u8>) {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    push(out, since.as_secs());
}

/// Appends a time given in seconds since 1970, up to the year 9999.
fn push(out: &mut Vec<u8>, seconds: u64) {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    out.extend_from_slice(DAYS[index(days % 7)]);
    out.extend_from_slice(b", ");
    push_two(out, day);
    out.push(b' ');
    out.extend_from_slice(MONTHS[index(month - 1)]);
    out.push(b' ');
    push_two(out, year / 100);
    push_two(out, year % 100);
    for (before, number) in [(b' ', second / 3_600), (b':', second / 60 % 60), (b':', second % 60)] {
        out.push(before);
        push_two(out, number);
    }
    out.extend_from_slice(b" GMT");
}

fn push_two(out: &mut Vec<u8>, number: u64) {
    let digit = |number: u64| b"0123456789"[index(number % 10)];
    out.extend_from_slice(&[digit(number / 10), digit(number)]);
}

fn index(small: u64) -> usize {
    usize::try_from(small).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::push;

    #[test]
    fn known_moments() {
        // As `date -u -R -d @…` writes them.
        let cases = [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ];
        for (seconds, text) in cases {
            let mut out = Vec::new();
            push(&mut out, seconds);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }
}
