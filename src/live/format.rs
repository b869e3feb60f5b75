//! Formats of printf(3): those of the lessons, read safely. `%n` and floating point are refused.

use crate::live::arithmetic::Datum;
use crate::live::memory::Memory;
use crate::syscall::ctype::Integer;

/// Widest field and longest precision, in bytes: a format asks for nothing of ours.
const WIDEST: usize = 65_536;

#[allow(clippy::struct_excessive_bools, reason = "the flags of printf, each by itself")]
#[derive(Debug, Default)]
struct Specification {
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
    size: Option<Integer>,
}

/// What printf writes. The error is the position of the argument at fault, from 0; a format that is not understood
/// blames the argument it would take.
pub(super) fn render(memory: &Memory, pattern: &[u8], arguments: &[Datum]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::new();
    let mut reader = Reader { rest: pattern, arguments, taken: 0 };
    while let Some((byte, rest)) = reader.rest.split_first() {
        reader.rest = rest;
        if *byte != b'%' {
            out.push(*byte);
        } else if let Some(rest) = reader.rest.strip_prefix(b"%") {
            reader.rest = rest;
            out.push(b'%');
        } else {
            let specification = reader.specification()?;
            out.extend(reader.conversion(memory, &specification)?);
        }
    }
    Ok(out)
}

struct Reader<'a> {
    rest: &'a [u8],
    arguments: &'a [Datum],
    taken: usize,
}

impl<'a> Reader<'a> {
    fn argument(&mut self) -> Result<&'a Datum, usize> {
        let argument = self.arguments.get(self.taken).ok_or(self.taken)?;
        self.taken += 1;
        Ok(argument)
    }

    fn next(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn take(&mut self, wanted: &[u8]) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn specification(&mut self) -> Result<Specification, usize> {
        let mut found = Specification::default();
        while let Some(flag) = self.rest.first() {
            match flag {
                b'-' => found.left = true,
                b'0' => found.zero = true,
                b'+' => found.plus = true,
                b' ' => found.space = true,
                b'#' => found.alternate = true,
                _ => break,
            }
            self.next();
        }
        let width = self.number()?;
        found.left |= width.is_some_and(i64::is_negative);
        found.width = width.map_or(0, |width| usize::try_from(width.unsigned_abs()).unwrap_or(WIDEST)).min(WIDEST);
        if self.take(b".") {
            let precision = self.number()?.unwrap_or(0);
            found.precision = usize::try_from(precision).ok();
        }
        found.size = self.size();
        Ok(found)
    }

    /// A decimal number, or `*` and its argument.
    fn number(&mut self) -> Result<Option<i64>, usize> {
        if self.take(b"*") {
            return Ok(Some(i64::from(self.argument()?.as_int())));
        }
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(digits);
        self.rest = rest;
        let value = |digits: &[u8]| {
            digits.iter().fold(0_i64, |value, digit| (value * 10 + i64::from(digit - b'0')).min(1 << 40))
        };
        Ok((!digits.is_empty()).then(|| value(digits)))
    }

    fn size(&mut self) -> Option<Integer> {
        let sizes: [(&[u8], Integer); 7] = [
            (b"hh", Integer::Char),
            (b"h", Integer::Short),
            (b"ll", Integer::Long),
            (b"l", Integer::Long),
            (b"z", Integer::Long),
            (b"j", Integer::Long),
            (b"t", Integer::Long),
        ];
        sizes.into_iter().find(|(letters, _)| self.take(letters)).map(|(_, size)| size)
    }

    fn conversion(&mut self, memory: &Memory, wanted: &Specification) -> Result<Vec<u8>, usize> {
        let position = self.taken;
        let letter = self.next().ok_or(position)?;
        let argument = self.argument()?;
        match letter {
            b'd' | b'i' => Ok(wanted.signed(argument.bits)),
            b'u' | b'x' | b'X' | b'o' => Ok(wanted.unsigned(letter, argument.bits)),
            b'c' => Ok(wanted.pad(argument.bits.to_le_bytes()[..1].to_vec())),
            b'p' if argument.is_null() => Ok(wanted.pad(b"(nil)".to_vec())),
            b'p' => Ok(wanted.pad(format!("{:#x}", argument.address()).into_bytes())),
            b's' => {
                let text = match wanted.precision {
                    Some(limit) => memory.string_within(argument.address(), limit),
                    None => memory.string(argument.address()),
                };
                Ok(wanted.pad(text.map_err(|_| position)?))
            }
            _ => Err(position),
        }
    }
}

impl Specification {
    fn signed(&self, bits: i64) -> Vec<u8> {
        let value = self.size.unwrap_or(Integer::Int).wrap(bits);
        let sign = match (value.is_negative(), self.plus, self.space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            _ => "",
        };
        self.digits(sign, value.unsigned_abs().to_string())
    }

    fn unsigned(&self, letter: u8, bits: i64) -> Vec<u8> {
        let value = match self.size.unwrap_or(Integer::Int).size() {
            1 => Integer::Uint8.wrap(bits),
            2 => Integer::Uint16.wrap(bits),
            4 => Integer::Uint32.wrap(bits),
            _ => bits,
        };
        let value = value.cast_unsigned();
        let marked = self.alternate && value != 0;
        match letter {
            b'x' => self.digits(if marked { "0x" } else { "" }, format!("{value:x}")),
            b'X' => self.digits(if marked { "0X" } else { "" }, format!("{value:X}")),
            b'o' => self.digits(if marked { "0" } else { "" }, format!("{value:o}")),
            _ => self.digits("", value.to_string()),
        }
    }

    /// Digits after a sign: at least as many as the precision says, or zeros up to the width.
    fn digits(&self, sign: &str, digits: String) -> Vec<u8> {
        let filled = match self.precision {
            Some(0) if digits == "0" => 0,
            Some(precision) => precision.min(WIDEST).max(digits.len()),
            None if self.zero && !self.left => digits.len().max(self.width.saturating_sub(sign.len())),
            None => digits.len(),
        };
        let digits = if filled == 0 { String::new() } else { digits };
        let mut text = sign.as_bytes().to_vec();
        text.resize(text.len() + filled - digits.len(), b'0');
        text.extend(digits.into_bytes());
        self.pad(text)
    }

    fn pad(&self, mut text: Vec<u8>) -> Vec<u8> {
        let missing = self.width.saturating_sub(text.len());
        if self.left {
            text.resize(text.len() + missing, b' ');
            return text;
        }
        let mut padded = vec![b' '; missing];
        padded.append(&mut text);
        padded
    }
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::live::arithmetic::Datum;
    use crate::live::memory::Memory;
    use crate::syscall::ctype::{CType, Integer};

    #[test]
    fn conversions_are_those_of_printf() {
        let mut memory = Memory::new().unwrap();
        let salut = Datum::pointer(CType::Integer(Integer::Char), memory.literal(b"salut").unwrap());
        let int = Datum::int;
        let cases: [(&[u8], Vec<Datum>, &[u8]); 14] = [
            (b"%d%%", vec![int(-5)], b"-5%"),
            (b"%u", vec![int(-1)], b"4294967295"),
            (b"%05d|%-5d|%+d", vec![int(42), int(42), int(42)], b"00042|42   |+42"),
            (b"%#x %X %o", vec![int(255), int(255), int(8)], b"0xff FF 10"),
            (b"%zd %zu %ld", vec![int(-1), int(7), int(1)], b"-1 7 1"),
            (b"%hu", vec![int(70_000)], b"4464"),
            (b"%hhd", vec![int(255)], b"-1"),
            (b"%c%c", vec![int(111), int(107)], b"ok"),
            (b"%s!", vec![salut.clone()], b"salut!"),
            (b"%.*s|%8s", vec![int(3), salut.clone(), salut.clone()], b"sal|   salut"),
            (b"%.3d", vec![int(7)], b"007"),
            (b"%p", vec![Datum::pointer(CType::Void, 0)], b"(nil)"),
            (b"%.0d", vec![int(0)], b""),
            (b"rien", vec![], b"rien"),
        ];
        for (pattern, arguments, expected) in cases {
            let rendered = render(&memory, pattern, &arguments);
            assert_eq!(rendered.as_deref(), Ok(expected), "{}", pattern.escape_ascii());
        }
    }

    #[test]
    fn what_it_cannot_do_is_refused() {
        let memory = Memory::new().unwrap();
        let cases: [(&[u8], Vec<Datum>); 6] = [
            (b"%d", vec![]),
            (b"%n", vec![Datum::int(0)]),
            (b"%f", vec![Datum::int(0)]),
            (b"%", vec![]),
            (b"%s", vec![Datum::int(1)]),
            (b"%-", vec![Datum::int(1)]),
        ];
        for (pattern, arguments) in cases {
            assert!(render(&memory, pattern, &arguments).is_err(), "{}", pattern.escape_ascii());
        }
    }
}
