//! Every French word of the pages, in one place.

use crate::finding::Severity;

/// Keys of the front matter, and of the `fiche` of an entry.
pub mod key {
    pub const TITLE: &str = "titre";
    pub const SEVERITY: &str = "gravite";
    pub const LESSONS: &str = "lecons";
    pub const MANUAL: &str = "manuel";
    pub const ALIASES: &str = "alias";
}

/// Titles of sections.
pub mod section {
    pub const PARAMETERS: &str = "Paramètres";
    pub const RETURNS: &str = "Résultat";
    pub const SLEEPS: &str = "Quand il bloque";
    pub const ERRORS: &str = "Erreurs fréquentes";
    pub const HAPPENED: &str = "Ce qui se passe";
    pub const WHY: &str = "Pourquoi";
    pub const INSTEAD: &str = "À écrire";
    /// The rest of its sentence is the text.
    pub const SPARED: &str = "Jamais dit";
    pub const WRONG: &str = "L’erreur";
    pub const RIGHT: &str = "La correction";
}

/// First words of the blocks.
pub mod block {
    pub const C: &str = "c";
    pub const CARD: &str = "fiche";
}

/// What stands between a name in a list and what is said of it.
pub const SEPARATOR: &str = "\u{a0}: ";

const SEVERITIES: [(Severity, &str); 4] = [
    (Severity::Defect, "défaut"),
    (Severity::Weakness, "fragilité"),
    (Severity::Advice, "conseil"),
    (Severity::Information, "information"),
];

/// The word of a severity.
#[must_use]
pub fn severity(severity: Severity) -> &'static str {
    SEVERITIES.iter().find(|row| row.0 == severity).map_or("", |row| row.1)
}
