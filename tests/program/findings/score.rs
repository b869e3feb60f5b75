//! What was found against what was expected, and the figures of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use socketlab::finding::{Id, Severity};

use super::script::Script;

/// What a trace said of one program.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    pub found: BTreeMap<Id, Severity>,
}

impl Verdict {
    pub fn of(events: &[Value]) -> Verdict {
        let findings = events.iter().filter(|event| event["event"] == "finding");
        let one = |event: &Value| {
            let id = Id::from_name(event["id"].as_str().unwrap_or_default())?;
            let severity = serde_json::from_value(event["severity"].clone()).ok()?;
            Some((id, severity))
        };
        let mut found: BTreeMap<Id, Severity> = BTreeMap::new();
        for (id, severity) in findings.filter_map(one) {
            let known = found.entry(id).or_insert(severity);
            *known = (*known).min(severity);
        }
        Verdict { found }
    }

    /// Expected and not said.
    pub fn missed(&self, script: &Script) -> BTreeSet<Id> {
        script.expected.iter().copied().filter(|id| !self.found.contains_key(id)).collect()
    }

    /// Said, and neither expected nor allowed: defects, weaknesses, and what a near miss is near to.
    pub fn wrongly_said(&self, script: &Script) -> BTreeSet<Id> {
        let free = |id: &Id| !script.expected.contains(id) && !script.allowed.contains(id);
        let grave = |id: &Id, severity: Severity| {
            severity <= Severity::Weakness || (script.is_near_miss() && script.about == Some(*id))
        };
        self.found.iter().filter(|(id, severity)| free(id) && grave(id, **severity)).map(|(id, _)| *id).collect()
    }

    /// What is wrong with it, as one line; `None` when nothing is.
    pub fn failure(&self, script: &Script) -> Option<String> {
        let (missed, wrong) = (self.missed(script), self.wrongly_said(script));
        (!missed.is_empty() || !wrong.is_empty()).then(|| {
            let wrong: Vec<String> = wrong.iter().map(|id| format!("{} ({:?})", id.name(), self.found[id])).collect();
            format!("{}: missed [{}], wrongly said [{}]", script.name(), names(&missed), wrong.join(" "))
        })
    }
}

fn names(ids: &BTreeSet<Id>) -> String {
    ids.iter().map(|id| id.name()).collect::<Vec<_>>().join(" ")
}

#[derive(Clone, Copy, Debug, Default)]
struct Row {
    right: u32,
    missed: u32,
    wrong: u32,
}

/// Counts of all programs, by finding.
#[derive(Debug, Default)]
pub struct Score(BTreeMap<Id, Row>);

impl Score {
    pub fn add(&mut self, script: &Script, verdict: &Verdict) {
        for id in &script.expected {
            let row = self.0.entry(*id).or_default();
            if verdict.found.contains_key(id) { row.right += 1 } else { row.missed += 1 }
        }
        for id in verdict.wrongly_said(script) {
            self.0.entry(id).or_default().wrong += 1;
        }
    }

    fn total(&self, counts: impl Fn(Id) -> bool) -> Row {
        let rows = self.0.iter().filter(|(id, _)| counts(**id)).map(|(_, row)| row);
        rows.fold(Row::default(), |sum, row| Row {
            right: sum.right + row.right,
            missed: sum.missed + row.missed,
            wrong: sum.wrong + row.wrong,
        })
    }

    /// Precision and recall of the findings that are defects.
    pub fn defects(&self) -> (f64, f64) {
        let total = self.total(|id| id.severity() == Severity::Defect);
        (ratio(total.right, total.wrong), ratio(total.right, total.missed))
    }

    pub fn table(&self) -> String {
        let line = |name: &str, row: Row| {
            let (precision, recall) = (ratio(row.right, row.wrong), ratio(row.right, row.missed));
            format!("{name:24} {:4} {:6} {:5}   {precision:.2}   {recall:.2}\n", row.right, row.missed, row.wrong)
        };
        let mut table = format!("{:24} {:>4} {:>6} {:>5}   prec   rec\n", "", "said", "missed", "wrong");
        for (id, row) in &self.0 {
            table += &line(id.name(), *row);
        }
        table += &line("defects", self.total(|id| id.severity() == Severity::Defect));
        table + &line("everything", self.total(|_| true))
    }
}

fn ratio(right: u32, other: u32) -> f64 {
    if right + other == 0 { 1.0 } else { f64::from(right) / f64::from(right + other) }
}
