//! The `Date` of an answer (RFC 9110, 5.6.7).

use std::cell::RefCell;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

thread_local! {
    /// The second that was written last, and its text: thousands of answers bear the same.
    static LAST: RefCell<(i64, Vec<u8>)> = const { RefCell::new((i64::MIN, Vec::new())) };
}

/// Appends the time of now, in GMT.
pub fn push_now(out: &mut Vec<u8>) {
    let now = Timestamp::now();
    LAST.with_borrow_mut(|(second, text)| {
        if *second != now.as_second() {
            text.clear();
            push(text, now);
            *second = now.as_second();
        }
        out.extend_from_slice(text);
    });
}

fn push(out: &mut Vec<u8>, time: Timestamp) {
    // Every year of four digits can be written, and a Vec takes every write.
    let _ = DateTimePrinter::new().print_timestamp_rfc9110(&time, out);
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

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
            (253_402_207_200, "Thu, 30 Dec 9999 22:00:00 GMT"),
        ];
        for (seconds, text) in cases {
            let mut out = Vec::new();
            push(&mut out, Timestamp::from_second(seconds).unwrap());
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }
}
