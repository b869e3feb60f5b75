//! Reading the notation back.

use std::net::{SocketAddrV4, SocketAddrV6};

use crate::syscall::address::Address;
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::constant::lookup;
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::name::Name;
use crate::syscall::signal::Signal;
use crate::syscall::vocabulary::Kind;

/// Deeper than any structure of the vocabulary; a bound for hostile input.
const MAX_DEPTH: usize = 16;

/// Why a text is not in the notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotationError {
    /// Bytes from the start of the text.
    pub offset: usize,
    pub what: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This character was needed.
    Missing(char),
    /// The name of a call was needed.
    NoName,
    /// No value can be read here.
    NoValue,
    /// An address that is none.
    BadAddress,
    /// A backslash followed by no known escape.
    BadEscape,
    /// Bytes followed by `…`: what was cut is lost.
    Cut,
    TooDeep,
    /// An outcome that is none.
    BadOutcome,
    /// Text after the end.
    Trailing,
}

/// Reads `name(arguments)`, and the outcome where the text goes on with ` = …`.
///
/// # Errors
/// Where and why the text is not in the notation; cut bytes are refused.
pub fn parse_call(text: &str) -> Result<(Call, Option<Outcome>), NotationError> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let Ok(name) = reader.word().parse() else { return reader.fail(Fault::NoName) };
    reader.expect('(')?;
    let arguments = reader.items(')')?;
    let arguments = arguments.into_iter().enumerate().map(|(i, value)| settle(name, i, value)).collect();
    let outcome = reader.outcome()?;
    Ok((Call { name, arguments }, outcome))
}

/// `[16]` is read as a list; it is a length unless the vocabulary has a list there.
fn settle(name: Name, index: usize, value: Value) -> Value {
    let kind = name.function().and_then(|function| function.parameters.get(index)).map(|parameter| parameter.kind);
    match value {
        Value::List(items) if !matches!(kind, Some(Kind::Set | Kind::PollList | Kind::Pointer)) => {
            match items.as_slice() {
                [Value::Number(length)] => Value::Length(*length),
                _ => Value::List(items),
            }
        }
        other => other,
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

type Read<T> = Result<T, NotationError>;

impl<'a> Reader<'a> {
    fn fail<T>(&self, what: Fault) -> Read<T> {
        Err(NotationError { offset: self.at, what })
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn eat(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        self.at += if found { prefix.len() } else { 0 };
        found
    }

    fn expect(&mut self, c: char) -> Read<()> {
        if self.eat(c.encode_utf8(&mut [0; 4])) { Ok(()) } else { self.fail(Fault::Missing(c)) }
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Values up to the closing character, which is eaten.
    fn items(&mut self, close: char) -> Read<Vec<Value>> {
        let mut items = Vec::new();
        if self.peek() == Some(close) {
            return self.expect(close).map(|()| items);
        }
        loop {
            items.push(self.value()?);
            if !self.eat(", ") {
                return self.expect(close).map(|()| items);
            }
        }
    }

    fn value(&mut self) -> Read<Value> {
        if self.depth == MAX_DEPTH {
            return self.fail(Fault::TooDeep);
        }
        self.depth += 1;
        let value = match self.peek() {
            Some('"') => self.bytes(),
            Some('[') => self.list(),
            Some('{') => self.braces(),
            _ => self.bare(),
        };
        self.depth -= 1;
        value
    }

    fn bytes(&mut self) -> Read<Value> {
        let data = self.quoted()?;
        if self.rest().starts_with('…') {
            return self.fail(Fault::Cut);
        }
        Ok(Value::Bytes { total: data.len(), data })
    }

    fn quoted(&mut self) -> Read<Vec<u8>> {
        self.expect('"')?;
        let mut data = Vec::new();
        loop {
            match self.next() {
                Some('"') => return Ok(data),
                Some('\\') => data.push(self.escaped()?),
                Some(c) => data.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                None => return self.fail(Fault::Missing('"')),
            }
        }
    }

    fn escaped(&mut self) -> Read<u8> {
        match self.next() {
            Some('n') => Ok(b'\n'),
            Some('r') => Ok(b'\r'),
            Some('t') => Ok(b'\t'),
            Some('0') => Ok(0),
            Some('"') => Ok(b'"'),
            Some('\\') => Ok(b'\\'),
            Some('x') => self.hex_byte(),
            _ => self.fail(Fault::BadEscape),
        }
    }

    fn hex_byte(&mut self) -> Read<u8> {
        let digits = self.rest().get(..2).unwrap_or_default();
        let byte = u8::from_str_radix(digits, 16).ok().filter(|_| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        match byte {
            Some(byte) if digits.len() == 2 => {
                self.at += 2;
                Ok(byte)
            }
            _ => self.fail(Fault::BadEscape),
        }
    }

    fn list(&mut self) -> Read<Value> {
        self.expect('[')?;
        self.items(']').map(Value::List)
    }

    fn braces(&mut self) -> Read<Value> {
        self.expect('{')?;
        if self.rest().starts_with("AF_") {
            return self.address().map(Value::Address);
        }
        let mut fields = Vec::new();
        while self.peek() != Some('}') {
            if !fields.is_empty() && !self.eat(", ") {
                return self.fail(Fault::Missing('}'));
            }
            fields.push(self.field()?);
        }
        self.expect('}').map(|()| Value::Record(fields))
    }

    fn field(&mut self) -> Read<(String, Value)> {
        let name = self.word().to_owned();
        if name.is_empty() {
            return self.fail(Fault::NoName);
        }
        self.expect('=')?;
        Ok((name, self.value()?))
    }

    /// After the opening brace.
    fn address(&mut self) -> Read<Address> {
        let family = self.word();
        let address = match family {
            "AF_UNIX" => self.unix()?,
            // Too few bytes for its family: they are shown as they are.
            _ if self.rest().starts_with(", \"") => self.other(family)?,
            "AF_INET" => Address::Inet(self.after_comma()?.parse::<SocketAddrV4>().or(self.bad())?.into()),
            "AF_INET6" => self.inet6()?,
            _ => self.other(family)?,
        };
        self.expect('}').map(|()| address)
    }

    fn bad<T>(&self) -> Read<T> {
        self.fail(Fault::BadAddress)
    }

    /// The text up to the next comma or brace.
    fn after_comma(&mut self) -> Read<&'a str> {
        if !self.eat(", ") {
            return self.bad();
        }
        let rest = self.rest();
        let end = rest.find([',', '}']).unwrap_or(rest.len());
        self.at += end;
        Ok(&rest[..end])
    }

    fn inet6(&mut self) -> Read<Address> {
        let mut v6: SocketAddrV6 = self.after_comma()?.parse().or(self.bad())?;
        if self.peek() == Some(',') {
            let flow = self.after_comma()?.strip_prefix("flowinfo=").and_then(|text| text.parse().ok());
            v6.set_flowinfo(flow.map_or(self.bad(), Ok)?);
        }
        Ok(Address::Inet(v6.into()))
    }

    fn unix(&mut self) -> Read<Address> {
        if !self.eat(", ") {
            return Ok(Address::Unix(Vec::new()));
        }
        let mut name = if self.eat("@") { vec![0] } else { Vec::new() };
        name.extend(self.quoted()?);
        Ok(Address::Unix(name))
    }

    fn other(&mut self, family: &str) -> Read<Address> {
        let named = lookup(family).and_then(|constant| u16::try_from(constant.value).ok());
        let number = || family.strip_prefix("AF_").and_then(|text| text.parse().ok());
        let family = named.or_else(number).map_or(self.bad(), Ok)?;
        if !self.eat(", ") {
            return self.bad();
        }
        Ok(Address::Other { family, bytes: self.quoted()? })
    }

    /// A number, `NULL`, a symbol or an opaque word: up to a comma or a closing mark outside parentheses.
    fn bare(&mut self) -> Read<Value> {
        let rest = self.rest();
        let word = &rest[..bare_end(rest)];
        if word.is_empty() {
            return self.fail(Fault::NoValue);
        }
        self.at += word.len();
        Ok(match word.parse() {
            Ok(number) => Value::Number(number),
            Err(_) if word == "NULL" => Value::Null,
            Err(_) if is_symbol(word) => Value::Symbol(word.to_owned()),
            Err(_) => Value::Opaque(word.to_owned()),
        })
    }

    fn outcome(&mut self) -> Read<Option<Outcome>> {
        if self.rest().is_empty() {
            return Ok(None);
        }
        if !self.eat(" = ") {
            return self.fail(Fault::Trailing);
        }
        if self.peek() == Some('"') {
            let text = self.quoted()?;
            let end = self.rest().is_empty();
            return if end { Ok(Some(Outcome::Returned(Answer::Text(text)))) } else { self.fail(Fault::Cut) };
        }
        outcome(self.rest()).map_or(self.fail(Fault::BadOutcome), |outcome| Ok(Some(outcome)))
    }
}

fn bare_end(rest: &str) -> usize {
    let mut open = 0_usize;
    for (i, c) in rest.char_indices() {
        match c {
            '(' => open += 1,
            ')' if open > 0 => open -= 1,
            ',' | ']' | '}' | ')' | '"' | '{' | '[' | ' ' if open == 0 => return i,
            _ => {}
        }
    }
    rest.len()
}

/// A constant, or-ed constants, or a byte order function applied: `AF_INET`, `htons(3001)`.
fn is_symbol(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase() || c == '_') || word.ends_with(')')
}

fn outcome(text: &str) -> Option<Outcome> {
    let (value, name) = text.split_once(' ').map_or((text, None), |(value, name)| (value, Some(name)));
    match (value, name) {
        ("NULL", None) => Some(Outcome::Returned(Answer::Pointer { null: true })),
        ("0x…", None) => Some(Outcome::Returned(Answer::Pointer { null: false })),
        (number, None) => Some(Outcome::Returned(Answer::Number(number.parse().ok()?))),
        ("?", Some(end)) => ending(end),
        (number, Some(name)) if name.starts_with("EAI_") => {
            Some(Outcome::Unresolved(GaiError::new(number.parse().ok()?)))
        }
        (_, Some(name)) => Some(Outcome::Failed(numbered(name, "ERRNO_", Errno::from_name, Errno::new)?)),
    }
}

fn ending(end: &str) -> Option<Outcome> {
    match end.strip_prefix("exit(").and_then(|rest| rest.strip_suffix(')')) {
        Some(code) => code.parse().ok().map(Outcome::Exited),
        None => numbered(end, "SIGNAL_", Signal::from_name, Signal::new).map(Outcome::Killed),
    }
}

/// By name, or by number after the prefix of the nameless ones.
fn numbered<T>(text: &str, prefix: &str, named: fn(&str) -> Option<T>, new: fn(i32) -> T) -> Option<T> {
    match text.strip_prefix(prefix) {
        Some(number) => number.parse().ok().map(new),
        None => named(text),
    }
}
