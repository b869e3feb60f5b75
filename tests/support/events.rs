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
/// how often the kernel sent a lost packet again. `fixed` are the ports that mean something.
pub fn normalised(events: &[Value], fixed: &[u16]) -> Vec<Value> {
    let mut names = Names { ports: BTreeMap::new(), fixed };
    for event in events {
        names.learn(event);
    }
    events.iter().map(|event| names.applied(event)).collect()
}

struct Names<'a> {
    /// Ephemeral ports in the order in which they first appear.
    ports: BTreeMap<u16, String>,
    fixed: &'a [u16],
}

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
            Value::Number(number) => {
                let port = number.as_u64().and_then(|number| u16::try_from(number).ok());
                port.and_then(|port| self.ports.get(&port)).map_or(value.clone(), |name| Value::from(name.as_str()))
            }
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
            } else {
                self.applied(value)
            };
            (key.clone(), value)
        };
        fields.iter().map(one).collect()
    }

    fn renamed(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (port, name) in &self.ports {
            text = text.replace(&format!(":{port}"), &format!(":{name}"));
            text = text.replace(&format!("htons({port})"), &format!("htons({name})"));
        }
        text
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
