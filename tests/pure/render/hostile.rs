//! Recorded events whose every free text and number is replaced by hostile ones.

use serde_json::Value as Json;
use socketlab::event::Event;

/// An event with the places where another text, or another number, still makes an event.
pub struct Template {
    json: Json,
    texts: Vec<String>,
    numbers: Vec<(String, Vec<i64>)>,
}

const NUMBERS: [i64; 8] = [0, -1, 255, 65_535, 2_147_483_647, 4_294_967_295, i64::MIN, i64::MAX];

pub fn templates(events: &[Event]) -> Vec<Template> {
    events.iter().map(template).collect()
}

fn template(event: &Event) -> Template {
    let json = serde_json::to_value(event).expect("events are JSON");
    let mut places = Vec::new();
    walk(&json, String::new(), &mut places);
    let fits = |place: &str, value: Json| {
        let mut changed = json.clone();
        put(&mut changed, place, value);
        serde_json::from_value::<Event>(changed).is_ok()
    };
    let mut texts = Vec::new();
    let mut numbers = Vec::new();
    for (place, is_text) in places {
        if is_text && fits(&place, "?".into()) {
            texts.push(place);
        } else if !is_text {
            let fitting: Vec<_> = NUMBERS.into_iter().filter(|number| fits(&place, (*number).into())).collect();
            if !fitting.is_empty() {
                numbers.push((place, fitting));
            }
        }
    }
    Template { json, texts, numbers }
}

fn put(json: &mut Json, place: &str, value: Json) {
    if let Some(leaf) = json.pointer_mut(place) {
        *leaf = value;
    }
}

fn walk(json: &Json, place: String, out: &mut Vec<(String, bool)>) {
    match json {
        Json::String(_) => out.push((place, true)),
        Json::Number(_) => out.push((place, false)),
        Json::Array(items) => items.iter().enumerate().for_each(|(i, item)| walk(item, format!("{place}/{i}"), out)),
        Json::Object(fields) => fields.iter().for_each(|(name, field)| walk(field, format!("{place}/{name}"), out)),
        _ => {}
    }
}

impl Template {
    /// The event with this text everywhere, and numbers picked by `seed` where it is not zero.
    pub fn filled(&self, text: &str, seed: usize) -> Event {
        let mut json = self.json.clone();
        for place in &self.texts {
            put(&mut json, place, text.into());
        }
        for (i, (place, fitting)) in self.numbers.iter().enumerate().filter(|_| seed > 0) {
            let number = fitting[(seed * 31 + i * 7) % fitting.len()];
            put(&mut json, place, number.into());
        }
        serde_json::from_value(json.clone()).or_else(|_| serde_json::from_value(self.json.clone())).expect("an event")
    }
}
