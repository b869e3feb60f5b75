//! Why there is no such lesson.

use crate::lesson::catalog::CatalogError;

/// One sentence, with its remedy.
#[must_use]
pub fn sentence(error: &CatalogError) -> String {
    match error {
        CatalogError::NoSuchFolder(path) => {
            format!("Le dossier {} n’existe pas. Vérifiez le chemin donné à --lessons.", path.display())
        }
        CatalogError::NotAFolder(path) => {
            format!("{} n’est pas un dossier. --lessons attend un dossier de leçons.", path.display())
        }
        CatalogError::NotAFile(path) => {
            format!("{} n’est pas un fichier. Donnez un fichier de leçon, ou un dossier à --lessons.", path.display())
        }
        CatalogError::NoSuchFile(path) => {
            format!("Le fichier {} n’existe pas. Vérifiez le chemin.", path.display())
        }
        CatalogError::Unreadable { path, error } => {
            format!("{} ne peut pas être lu\u{a0}: {}.", path.display(), crate::text::usage::reason(error))
        }
        CatalogError::NoSuchLesson { what, near, numbers } => no_such_lesson(what, near.as_deref(), numbers),
    }
}

fn no_such_lesson(what: &str, near: Option<&str>, numbers: &[u32]) -> String {
    let suggestion = near.map(|near| format!(" Vouliez-vous dire «\u{a0}{near}\u{a0}»\u{202f}?")).unwrap_or_default();
    let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
    let list = if numbers.is_empty() {
        String::new()
    } else {
        format!("\nLes leçons\u{a0}: {}. Leurs titres\u{a0}: socketlab list", numbers.join(", "))
    };
    format!("Il n’y a pas de leçon «\u{a0}{what}\u{a0}».{suggestion}{list}")
}
