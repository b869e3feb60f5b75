//! What playing a lesson showed, read from its events.

use std::collections::BTreeMap;

use serde_json::Value;

/// Something that did not go as the lesson says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surprise {
    /// Line of the file, from 1; 0 where the event has none.
    pub line: usize,
    pub kind: SurpriseKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SurpriseKind {
    /// A call that ended otherwise: its outcome, and what was expected in words.
    Outcome { actor: String, call: String, outcome: String, wanted: String },
    /// A call that sleeps although nobody can wake it.
    Sleeps { actor: String, call: String },
    /// What the player itself found wrong: the kind of its note, and who it is about.
    Note { kind: String, actor: String },
    /// A line of an `etat` block that was not reached.
    State { source: String },
}

impl Surprise {
    /// An expected state has no line in the events: it is looked for in the file.
    pub fn locate(&mut self, text: &str) {
        if let SurpriseKind::State { source } = &self.kind
            && let Some(found) = text.lines().position(|line| line.trim() == source.trim())
        {
            self.line = found + 1;
        }
    }
}

/// The notes that count as surprises.
const NOTES: [&str; 4] = ["not-woken", "not-asleep", "woken-by-nobody", "actor-unavailable"];

/// Reads the events of one play.
#[derive(Debug, Default)]
pub struct Trial {
    lines: BTreeMap<String, usize>,
    pub surprises: Vec<Surprise>,
    /// As the player itself counted, once the lesson ended.
    pub counted: Option<u64>,
}

impl Trial {
    /// Takes one line of `--format json`; what is no event is passed over.
    pub fn take(&mut self, line: &str) {
        let Ok(event) = serde_json::from_str::<Value>(line) else { return };
        match text(&event, "event").as_str() {
            "statement" => {
                let line = event["line"].as_u64().and_then(|line| usize::try_from(line).ok()).unwrap_or_default();
                self.lines.insert(text(&event, "actor"), line);
            }
            "returned" if event["expected"] == Value::Bool(false) => self.outcome(&event),
            "blocked" if event["expected"] == Value::Bool(false) => {
                let (actor, call) = (text(&event, "actor"), text(&event, "call"));
                self.note(&actor.clone(), SurpriseKind::Sleeps { actor, call });
            }
            "state" => self.state(&event),
            "note" if NOTES.contains(&text(&event, "kind").as_str()) => {
                let actor = text(&event, "actor");
                self.note(&actor, SurpriseKind::Note { kind: text(&event, "kind"), actor: actor.clone() });
            }
            "lesson-finished" => self.counted = event["surprises"].as_u64(),
            _ => {}
        }
    }

    fn outcome(&mut self, event: &Value) {
        let actor = text(event, "actor");
        let outcome = match event["errno"].as_str().or(event["signal"].as_str()) {
            Some(name) => name.to_owned(),
            None => event["result"].to_string(),
        };
        let kind = SurpriseKind::Outcome {
            actor: actor.clone(),
            call: text(event, "call"),
            outcome,
            wanted: text(event, "wanted"),
        };
        self.note(&actor, kind);
    }

    fn state(&mut self, event: &Value) {
        let lines = event["lines"].as_array().into_iter().flatten();
        let missed = lines.filter(|line| line["held"] == Value::Bool(false));
        for line in missed {
            let source = text(line, "source");
            let actor = source.split_whitespace().next().unwrap_or_default().to_owned();
            self.note(&actor, SurpriseKind::State { source });
        }
    }

    fn note(&mut self, actor: &str, kind: SurpriseKind) {
        let line = self.lines.get(actor).copied().unwrap_or_default();
        self.surprises.push(Surprise { line, kind });
    }
}

fn text(event: &Value, key: &str) -> String {
    event[key].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{SurpriseKind, Trial};

    #[test]
    fn what_differs_is_found_with_its_line() {
        let mut trial = Trial::default();
        for line in [
            r#"{"event":"statement","actor":"serveur","line":12,"source":"bind(…);","suggested":false}"#,
            r#"{"event":"returned","actor":"serveur","call":"bind","result":-1,"errno":"EACCES","expected":false,"wanted":"la valeur 0"}"#,
            r#"{"event":"returned","actor":"serveur","call":"listen","result":0,"errno":null,"expected":true}"#,
            "rien",
            r#"{"event":"lesson-finished","calls":2,"surprises":1}"#,
        ] {
            trial.take(line);
        }
        assert_eq!((trial.surprises.len(), trial.counted), (1, Some(1)));
        assert_eq!(trial.surprises[0].line, 12);
        assert!(matches!(&trial.surprises[0].kind, SurpriseKind::Outcome { outcome, .. } if outcome == "EACCES"));
    }
}
