//! Marks one cell wide, and how to do without those that are not ASCII.

/// What a line is about, at its left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// An actor asleep in a call.
    Asleep,
    /// A call returned as expected.
    Returned,
    /// It failed as the lesson wanted.
    Wanted,
    /// It did not do what the lesson expected.
    Surprise,
    /// It is shown, not judged.
    NotJudged,
    /// A check that holds.
    Held,
    New,
    Changed,
    Gone,
    Same,
}

impl Glyph {
    #[must_use]
    pub fn mark(self, ascii: bool) -> char {
        match self {
            Glyph::Asleep if ascii => '|',
            Glyph::Asleep => '‖',
            Glyph::Returned => '>',
            Glyph::Wanted => '!',
            Glyph::Surprise => 'x',
            Glyph::NotJudged => 'o',
            Glyph::Held => 'v',
            Glyph::New => '+',
            Glyph::Changed => '~',
            Glyph::Gone => '-',
            Glyph::Same => ' ',
        }
    }
}

/// Text for a terminal that shows Western letters and nothing more: typographic signs become ASCII,
/// accents stay, anything else becomes `?`. No-break spaces become U+00A0, which lines replace once they are wrapped.
#[must_use]
pub fn to_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match twin(c) {
            Some(twin) => out.push_str(twin),
            None if c <= '\u{17f}' => out.push(c),
            None => out.push('?'),
        }
    }
    out
}

fn twin(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{202f}' => "\u{a0}",
        '\u{2009}' => " ",
        '…' => "...",
        '’' | '‘' => "'",
        '“' | '”' | '«' | '»' => "\"",
        '·' | '–' | '—' | '─' | '•' => "-",
        '←' => "<-",
        '→' => "->",
        '↔' => "<->",
        '‖' | '│' => "|",
        '×' => "x",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "!=",
        '²' => "2",
        'µ' => "u",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::to_ascii;

    #[test]
    fn accents_stay_and_signs_have_twins() {
        assert_eq!(
            to_ascii("«\u{a0}Où\u{202f}?\u{a0}» … l’été — œuf 日"),
            "\"\u{a0}Où\u{a0}?\u{a0}\" ... l'été - œuf ?"
        );
    }
}
