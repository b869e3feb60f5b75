//! The events of `--format json`, and what must be taken away before two runs can be compared.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// One JSON object a line.
pub fn parse(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON: {error}: {line}")))
        .collect()
}

pub fn kind(event: &Value) -> &str {
    event["event"].as_str().unwrap_or_default()
}

pub fn of_kind<'a>(events: &'a [Value], wanted: &'a str) -> impl Iterator<Item = &'a Value> {
    events.iter().filter(move |event| kind(event) == wanted)
}

/// What differs from the lesson, one line each; empty when all went as expected.
pub fn surprises(events: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for event in events {
        match kind(event) {
            "returned" | "blocked" if event["expected"] != true => found.push(event.to_string()),
            "state" => {
                let lines = event["lines"].as_array().into_iter().flatten();
                found.extend(lines.filter(|line| line["held"] != true).map(ToString::to_string));
            }
            "note" if is_trouble(event) => found.push(event.to_string()),
            _ => {}
        }
    }
    match events.last() {
        Some(last) if kind(last) == "lesson-finished" => {
            if last["surprises"] != 0 {
                found.push(last.to_string());
            }
        }
        other => found.push(format!("the last event is {other:?}")),
    }
    found
}

fn is_trouble(event: &Value) -> bool {
    let text = event.to_string();
    ["not-woken", "woken-by-nobody", "actor-unavailable"].iter().any(|kind| text.contains(kind))
}

/// The errnos of the calls that failed.
pub fn errnos(events: &[Value]) -> Vec<String> {
    of_kind(events, "returned").filter_map(|event| event["errno"].as_str()).map(str::to_owned).collect()
}

/// Identifiers of the steps, in order.
pub fn steps(events: &[Value]) -> Vec<String> {
    of_kind(events, "section").filter_map(|event| event["id"].as_str()).map(str::to_owned).collect()
}

/// The events without what two runs may differ in: process numbers, ephemeral ports, durations, inodes, timers, and
/// how often the kernel sent a lost packet again. `fixed` are the ports that mean something; a free port that stands
/// for one of them takes its number.
pub fn normalised(events: &[Value], fixed: &[u16]) -> Vec<Value> {
    let mut names = Names { ports: replaced(events), fixed };
    for event in events {
        names.learn(event);
    }
    events.iter().map(|event| names.applied(event)).collect()
}

/// The kernel's rows that are an actor's. What a connection without a descriptor becomes after a close goes on while
/// the view is taken.
pub fn of_actors(events: Vec<Value>) -> Vec<Value> {
    let mut events = events;
    for event in &mut events {
        if let Some(sockets) = event.get_mut("sockets").and_then(Value::as_array_mut) {
            sockets.retain(|socket| !socket["actor"].is_null());
        }
    }
    events
}

/// The free ports that stand for the lesson's.
fn replaced(events: &[Value]) -> BTreeMap<u16, String> {
    let notes = of_kind(events, "note").filter(|note| note["kind"] == "port-replaced");
    let port = |value: &Value| value.as_u64().and_then(|number| u16::try_from(number).ok());
    notes.filter_map(|note| Some((port(&note["played"])?, format!("lesson#{}", port(&note["lesson"])?)))).collect()
}

struct Names<'a> {
    /// Ports that differ from run to run, with a name: ephemeral ones in the order in which they first appear.
    ports: BTreeMap<u16, String>,
    fixed: &'a [u16],
}

/// Fields whose numbers may be ports.
const MAYBE_PORTS: &[&str] = &["args", "result", "port", "played"];

/// Numbers that only tell one run from another.
const VOLATILE: &[&str] = &["pid", "tid", "duration_us", "inode", "timer", "drops", "uid", "holders"];

impl Names<'_> {
    fn learn(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                for port in ports_in(text) {
                    if !self.fixed.contains(&port) {
                        let rank = self.ports.len();
                        self.ports.entry(port).or_insert_with(|| format!("port#{rank}"));
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.learn(value)),
            Value::Object(fields) => fields.values().for_each(|value| self.learn(value)),
            _ => {}
        }
    }

    fn applied(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::from(self.renamed(text)),
            Value::Array(values) => values.iter().map(|value| self.applied(value)).collect(),
            Value::Object(fields) => Value::Object(self.fields(fields)),
            other => other.clone(),
        }
    }

    fn fields(&self, fields: &Map<String, Value>) -> Map<String, Value> {
        let one = |(key, value): (&String, &Value)| {
            let value = if VOLATILE.contains(&key.as_str()) && !value.is_null() {
                Value::from("~")
            } else if key == "hex" {
                Value::from(self.address_bytes(value.as_str().unwrap_or_default()))
            } else if MAYBE_PORTS.contains(&key.as_str()) {
                self.as_ports(value)
            } else {
                self.applied(value)
            };
            (key.clone(), value)
        };
        fields.iter().map(one).collect()
    }

    /// Numbers that are ports take their names; elsewhere a number that equals a port does so by chance.
    fn as_ports(&self, value: &Value) -> Value {
        match value {
            Value::Number(number) => {
                let port = number.as_u64().and_then(|number| u16::try_from(number).ok());
                port.and_then(|port| self.named(port)).map_or(value.clone(), Value::from)
            }
            Value::Array(values) => values.iter().map(|value| self.as_ports(value)).collect(),
            other => self.applied(other),
        }
    }

    /// The name of a port, in either byte order: `ntohs` is given the network's, and a port may read the same in both.
    fn named(&self, port: u16) -> Option<String> {
        self.ports.get(&port).or_else(|| self.ports.get(&port.swap_bytes())).cloned()
    }

    /// Every whole number of the text that is such a port takes its name.
    fn renamed(&self, text: &str) -> String {
        let mut renamed = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
            let length = rest[start..].bytes().take_while(u8::is_ascii_digit).count();
            let digits = &rest[start..start + length];
            renamed.push_str(&rest[..start]);
            let name = digits.parse().ok().filter(|port| *port >= 1024).and_then(|port| self.named(port));
            renamed.push_str(&name.unwrap_or_else(|| digits.to_owned()));
            rest = &rest[start + length..];
        }
        renamed + rest
    }

    /// The port of a `struct sockaddr_in` is its third and fourth byte.
    fn address_bytes(&self, hex: &str) -> String {
        let port = hex.get(4..8).and_then(|digits| u16::from_str_radix(digits, 16).ok());
        match port.and_then(|port| self.ports.get(&port)) {
            Some(name) => format!("{}<{name}>{}", &hex[..4], &hex[8..]),
            None => hex.to_owned(),
        }
    }
}

/// Numbers after the colon of an IPv4 address, from 1024.
fn ports_in(text: &str) -> Vec<u16> {
    let mut found = Vec::new();
    for (place, _) in text.match_indices(':') {
        let before = text[..place].ends_with(|c: char| c.is_ascii_digit());
        let digits: String = text[place + 1..].chars().take_while(char::is_ascii_digit).collect();
        if let (true, Ok(port)) = (before, digits.parse())
            && port >= 1024
        {
            found.push(port);
        }
    }
    found
}

/// The first place where two values differ, as a path and both values.
pub fn difference(one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Array(ones), Value::Array(others)) if ones.len() == others.len() => {
            let pairs = ones.iter().zip(others).enumerate();
            pairs.into_iter().find_map(|(index, (one, other))| within(&index.to_string(), one, other))
        }
        (Value::Array(ones), Value::Array(others)) => {
            let only = |these: &[Value], those: &[Value]| -> Vec<String> {
                these.iter().filter(|value| !those.contains(value)).map(ToString::to_string).collect()
            };
            Some(format!(": only first {:#?}, only then {:#?}", only(ones, others), only(others, ones)))
        }
        (Value::Object(ones), Value::Object(others)) if ones.keys().eq(others.keys()) => {
            ones.iter().find_map(|(key, one)| within(key, one, &others[key]))
        }
        _ => (one != other).then(|| format!(": {one} / {other}")),
    }
}

fn within(step: &str, one: &Value, other: &Value) -> Option<String> {
    difference(one, other).map(|rest| format!("/{step}{rest}"))
}
