//! Findings in words: their names, until their sentences are here.

use crate::finding::{Detail, Exhibit, Finding, Id, Severity};
use crate::syscall::notation::signal_name;
use crate::text::quantity::counted;

/// A finding in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub title: String,
    pub happened: String,
    pub why: String,
    pub instead: String,
}

/// The finding in words.
#[must_use]
pub fn said(finding: &Finding) -> Said {
    let title = finding.id.name().to_owned();
    Said { happened: title.clone(), why: title.clone(), instead: title.clone(), title }
}

/// Its title alone.
#[must_use]
pub fn title(finding: &Finding) -> String {
    said(finding).title
}

#[must_use]
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Defect => "défaut",
        Severity::Weakness => "fragilité",
        Severity::Advice => "conseil",
        Severity::Information => "information",
    }
}

/// `2 défauts, 1 fragilité`
#[must_use]
pub fn tally(defects: u64, weaknesses: u64, advice: u64, information: u64) -> String {
    let counts = [
        (defects, Severity::Defect),
        (weaknesses, Severity::Weakness),
        (advice, Severity::Advice),
        (information, Severity::Information),
    ];
    let present = counts.iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = present
        .map(|(count, kind)| counted(usize::try_from(*count).unwrap_or(usize::MAX), "", severity(*kind)))
        .collect();
    words.join(", ")
}

/// What to look at on a line of the evidence.
#[must_use]
pub fn remark(detail: &Detail) -> Option<String> {
    match detail {
        Detail::Unread { bytes } => Some(format!("{bytes} octets n’ont pas été lus")),
        _ => None,
    }
}

/// What an exhibit that is no call says.
#[must_use]
pub fn exhibit(exhibit: &Exhibit) -> Option<String> {
    Some(match exhibit {
        Exhibit::Call { .. } => return None,
        Exhibit::Exited { code } => format!("le programme se termine (code {code})"),
        Exhibit::Killed { signal } => format!("le programme est tué par {}", signal_name(*signal)),
        Exhibit::Signalled { signal } => format!("le signal {} arrive", signal_name(*signal)),
    })
}

/// The lessons that teach it.
#[must_use]
pub fn lessons(_id: Id) -> &'static [u32] {
    &[14]
}
