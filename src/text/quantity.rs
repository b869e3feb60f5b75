//! Numbers, durations and sizes as French writes them.

/// U+202F, between groups of three digits and before `; ! ?`.
const NARROW: char = '\u{202f}';
/// U+00A0, between a number and its unit.
const WIDE: char = '\u{a0}';

/// `12 431`: groups of three digits from five digits on, so that ports and years stay whole.
#[must_use]
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let sign = if value < 0 { "-" } else { "" };
    if digits.len() < 5 {
        return format!("{sign}{digits}");
    }
    let mut out = sign.to_owned();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(NARROW);
        }
        out.push(digit);
    }
    out
}

/// A count for a sentence, whatever its type.
#[must_use]
pub fn count(value: usize) -> String {
    number(i64::try_from(value).unwrap_or(i64::MAX))
}

/// `12 431 o`.
#[must_use]
pub fn bytes(value: u64) -> String {
    format!("{}{WIDE}o", number(i64::try_from(value).unwrap_or(i64::MAX)))
}

/// A duration in microseconds: `37 µs`, `1,2 ms`, `12,4 s`, `2 min 05 s`, `3 h 20`.
#[must_use]
pub fn duration(us: u64) -> String {
    match us {
        0..1_000 => format!("{us}{WIDE}µs"),
        1_000..999_950 => tenths(us / 100, "ms"),
        999_950..59_950_000 => tenths((us + 50_000) / 100_000, "s"),
        _ => long_duration(us.saturating_add(500_000) / 1_000_000),
    }
}

fn tenths(tenths: u64, unit: &str) -> String {
    format!("{},{}{WIDE}{unit}", tenths / 10, tenths % 10)
}

fn long_duration(seconds: u64) -> String {
    let minutes = seconds / 60;
    match minutes {
        0..60 => format!("{minutes}{WIDE}min{WIDE}{:02}{WIDE}s", seconds % 60),
        _ => format!("{}{WIDE}h{WIDE}{:02}", number(i64::try_from(minutes / 60).unwrap_or(i64::MAX)), minutes % 60),
    }
}

/// A remaining time in milliseconds: `0,8 s` below ten seconds, `59 s` above, never « 0 ».
#[must_use]
pub fn remaining(ms: u32) -> String {
    match ms {
        0..10_000 => tenths(u64::from(ms).div_ceil(100), "s"),
        _ => format!("{}{WIDE}s", number(i64::from(ms.div_ceil(1000)))),
    }
}

/// A clock that runs, from seconds: `0:07`, `12:31`, `1:02:03`.
#[must_use]
pub fn clock(seconds: u64) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    match minutes {
        0..60 => format!("{minutes}:{seconds:02}"),
        _ => format!("{}:{:02}:{seconds:02}", minutes / 60, minutes % 60),
    }
}

/// `aucune surprise`, `1 surprise`, `3 surprises`; zero has its own words.
#[must_use]
pub fn counted(value: usize, none: &str, noun: &str) -> String {
    match value {
        0 => none.to_owned(),
        1 => format!("1 {noun}"),
        _ => format!("{} {}", count(value), plural(noun)),
    }
}

/// Every word of a noun takes its `s`.
fn plural(noun: &str) -> String {
    noun.split(' ').map(|word| format!("{word}s")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{clock, counted, duration, number, remaining};

    #[test]
    fn numbers_are_grouped_from_five_digits_on() {
        let rows =
            [(0, "0"), (3001, "3001"), (12_431, "12\u{202f}431"), (-1, "-1"), (1_000_000, "1\u{202f}000\u{202f}000")];
        for (value, text) in rows {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn durations_keep_one_decimal() {
        let rows = [
            (37, "37 µs"),
            (1_250, "1,2 ms"),
            (999_960, "1,0 s"),
            (12_400_000, "12,4 s"),
            (59_960_000, "1 min 00 s"),
            (125_000_000, "2 min 05 s"),
            (12_000_000_000, "3 h 20"),
        ];
        for (us, text) in rows {
            assert_eq!(duration(us).replace('\u{a0}', " "), text, "{us}");
        }
        assert!(duration(u64::MAX).contains('h'));
    }

    #[test]
    fn remaining_time_is_never_overstated_by_more_than_a_step() {
        assert_eq!(remaining(59_992).replace('\u{a0}', " "), "60 s");
        assert_eq!(remaining(800).replace('\u{a0}', " "), "0,8 s");
    }

    #[test]
    fn clocks_run() {
        assert_eq!([clock(7), clock(751), clock(3723)], ["0:07", "12:31", "1:02:03"]);
    }

    #[test]
    fn counts_agree_with_their_noun() {
        assert_eq!(counted(0, "aucun appel", "appel"), "aucun appel");
        assert_eq!(counted(1, "", "appel"), "1 appel");
        assert_eq!(counted(2, "", "résultat inattendu"), "2 résultats inattendus");
    }
}
