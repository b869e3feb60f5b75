//! The syntax that strace(1) and socketlab share: words, strings, lists, records.

use std::fmt;

/// An argument, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree {
    /// A number, a constant, a pointer, a function applied.
    Atom(String),
    Text(Vec<u8>),
    List(Vec<Tree>),
    /// Fields; those without a name have an empty one.
    Record(Vec<(String, Tree)>),
    /// Before and after.
    Change(Box<Tree>, Box<Tree>),
}

/// Below, a hexadecimal number is a number; from there on, an address, which no two runs share.
const FIRST_ADDRESS: u64 = 1 << 16;

impl Tree {
    pub fn atom(text: &str) -> Tree {
        Tree::Atom(text.to_owned())
    }

    pub fn word(&self) -> Option<&str> {
        match self {
            Tree::Atom(text) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<i64> {
        self.word()?.parse().ok()
    }

    pub fn field(&self, name: &str) -> Option<&Tree> {
        match self {
            Tree::Record(fields) => fields.iter().find(|(field, _)| field == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub fn without(self, names: &[&str]) -> Tree {
        match self {
            Tree::Record(fields) => {
                Tree::Record(fields.into_iter().filter(|(name, _)| !names.contains(&name.as_str())).collect())
            }
            other => other,
        }
    }

    /// The same with every word rewritten.
    pub fn mapped(&self, rewrite: &impl Fn(&str) -> String) -> Tree {
        self.changed(&|tree| match tree {
            Tree::Atom(text) => Tree::Atom(rewrite(&text)),
            other => other,
        })
    }

    /// The same with every part rewritten, the smallest first.
    pub fn changed(&self, rewrite: &impl Fn(Tree) -> Tree) -> Tree {
        let inside = match self {
            Tree::List(items) => Tree::List(items.iter().map(|item| item.changed(rewrite)).collect()),
            Tree::Record(fields) => {
                Tree::Record(fields.iter().map(|(name, value)| (name.clone(), value.changed(rewrite))).collect())
            }
            Tree::Change(before, after) => {
                Tree::Change(Box::new(before.changed(rewrite)), Box::new(after.changed(rewrite)))
            }
            leaf => leaf.clone(),
        };
        rewrite(inside)
    }

    /// What does not depend on who wrote it: flags in one order, addresses without their value.
    pub fn settled(&self) -> Tree {
        self.mapped(&|text| match text.strip_prefix("0x").map(|digits| u64::from_str_radix(digits, 16)) {
            Some(Ok(number)) if number < FIRST_ADDRESS => number.to_string(),
            Some(Ok(_)) => "POINTER".to_owned(),
            None if is_ephemeral(text) => format!("{}:EPHEMERAL", text.rsplit_once(':').map_or(text, |(ip, _)| ip)),
            _ => {
                let mut bits: Vec<&str> = text.split('|').collect();
                bits.sort_unstable();
                bits.join("|")
            }
        })
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tree::Atom(text) => write!(out, "{text}"),
            Tree::Text(bytes) => write!(out, "\"{}\"", bytes.escape_ascii()),
            Tree::List(items) => {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                write!(out, "[{}]", items.join(", "))
            }
            Tree::Record(fields) => {
                let one = |(name, value): &(String, Tree)| {
                    if name.is_empty() { value.to_string() } else { format!("{name}={value}") }
                };
                write!(out, "{{{}}}", fields.iter().map(one).collect::<Vec<_>>().join(", "))
            }
            Tree::Change(before, after) => write!(out, "{before} => {after}"),
        }
    }
}

/// `127.0.0.1:34567`: a port that the kernel chose (ip_local_port_range).
fn is_ephemeral(text: &str) -> bool {
    let address: Option<std::net::SocketAddr> = text.parse().ok();
    address.is_some_and(|address| address.port() >= 32_768)
}

/// Reads trees one after the other.
pub struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a str) -> Reader<'a> {
        Reader { rest: text }
    }

    pub fn rest(&self) -> &'a str {
        self.rest
    }

    pub fn eat(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Fields up to the closing mark, which is eaten.
    pub fn items(&mut self, close: &str) -> Vec<(String, Tree)> {
        let mut items = Vec::new();
        while !self.eat(close) {
            assert!(!self.rest.is_empty(), "`{close}` is missing");
            if !(self.eat(", ") || self.eat(" ")) {
                items.push(self.item());
            }
        }
        items
    }

    /// Fields up to the end of the text.
    pub fn items_to_the_end(&mut self) -> Vec<(String, Tree)> {
        let mut items = Vec::new();
        while !self.rest.is_empty() {
            if !self.eat(", ") {
                items.push(self.item());
            }
        }
        items
    }

    fn item(&mut self) -> (String, Tree) {
        let name = self.rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        let value = self.rest.get(name.len()..).filter(|_| !name.is_empty()).and_then(|rest| rest.strip_prefix('='));
        let name = match value {
            Some(value) => {
                self.rest = value;
                name.to_owned()
            }
            None => String::new(),
        };
        let before = self.value();
        if self.eat(" => ") {
            return (name, Tree::Change(Box::new(before), Box::new(self.value())));
        }
        (name, before)
    }

    fn value(&mut self) -> Tree {
        let value = if self.eat("@\"") {
            let Tree::Text(bytes) = self.string() else { unreachable!() };
            Tree::Text([&[0], &bytes[..]].concat())
        } else if self.eat("\"") {
            self.string()
        } else if self.eat("[") {
            Tree::List(self.items("]").into_iter().map(|(_, value)| value).collect())
        } else if self.rest.starts_with("{WIF") || self.rest.starts_with("{AF_INET6") {
            self.raw()
        } else if self.eat("{") {
            Tree::Record(self.items("}"))
        } else {
            self.atom()
        };
        if self.eat(" /*") {
            self.rest = self.rest.split_once("*/").expect("a comment ends").1;
        }
        value
    }

    /// What is between braces, word for word.
    fn raw(&mut self) -> Tree {
        let (inside, rest) = self.rest[1..].split_once('}').expect("a brace is closed");
        self.rest = rest;
        Tree::Record(inside.split(", ").map(|part| (String::new(), Tree::atom(part))).collect())
    }

    fn atom(&mut self) -> Tree {
        let mut depth = 0_usize;
        let mut quoted = false;
        let end = self.rest.find(|c: char| {
            match c {
                '"' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted && depth > 0 => depth -= 1,
                ',' | ' ' | ')' | ']' | '}' if !quoted && depth == 0 => return true,
                _ => {}
            }
            false
        });
        let (text, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        assert!(!text.is_empty(), "no value in `{}`", self.rest);
        self.rest = rest;
        Tree::atom(text)
    }

    /// After the opening quote.
    fn string(&mut self) -> Tree {
        let mut bytes = Vec::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    assert!(!self.rest.starts_with("...") && !self.rest.starts_with('…'), "bytes were cut");
                    return Tree::Text(bytes);
                }
                '\\' => match chars.next().expect("an escape").1 {
                    'n' => bytes.push(b'\n'),
                    'r' => bytes.push(b'\r'),
                    't' => bytes.push(b'\t'),
                    'x' => {
                        let (digits, _) = (chars.next(), chars.next());
                        let from = digits.expect("two digits").0;
                        bytes.push(u8::from_str_radix(&self.rest[from..from + 2], 16).expect("two digits"));
                    }
                    other => bytes.extend(other.to_string().bytes()),
                },
                other => bytes.extend(other.to_string().bytes()),
            }
        }
        panic!("a string without an end");
    }
}
