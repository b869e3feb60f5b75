//! What an author is told about the dictionary and the pages of findings. Pure.

use crate::author::remark::{Remark, RemarkKind};
use crate::author::{locate, rules, typography};
use crate::content::finding;
use crate::content::place::Place;
use crate::lesson::layout::{self, Piece};
use crate::lesson::problem::Problems;
use crate::syscall::ast::Span;

/// Remarks on the French of a page that can be read, in the order of its file.
#[must_use]
pub fn remarks(place: &Place, text: &str) -> Vec<Remark> {
    let layout = layout::split(text, &mut Problems::default());
    let mut texts: Vec<(Span, &str)> = Vec::new();
    for piece in &layout.pieces {
        if let Piece::Heading(span) | Piece::Prose(span) = piece {
            texts.push((*span, text.get(span.start..span.end).unwrap_or_default()));
        }
    }
    let title = title(place, text).unwrap_or_default();
    texts.push((layout.front.unwrap_or_default(), &title));
    let remarks = texts.into_iter().flat_map(|(span, text)| {
        let faults = typography::faults(&rules::without_code(text)).into_iter();
        faults.map(move |fault| Remark { span, kind: RemarkKind::Typography(fault) })
    });
    locate::at_words(text, remarks.collect())
}

/// What a finding's front matter says to people.
fn title(place: &Place, text: &str) -> Option<String> {
    let Place::Finding(id) = place else { return None };
    finding::parse(*id, text.as_bytes()).ok()?.title
}

#[cfg(test)]
mod tests {
    use super::remarks;
    use crate::author::remark::{Fault, RemarkKind};
    use crate::content::book::Book;
    use crate::content::place::Place;
    use crate::finding::Id;

    #[test]
    fn the_pages_of_the_program_are_well_set() {
        for file in Book::default().files().expect("files in the program") {
            assert_eq!(remarks(&file.place, &file.text()), [], "{}", file.path.display());
        }
    }

    /// What each remark points at in the page of a finding, once `from` is `to`.
    fn pointed(from: &str, to: &str) -> Vec<(String, RemarkKind)> {
        let place = Place::Finding(Id::MissingHtons);
        let files = Book::default().files().expect("files in the program");
        let file = files.iter().find(|file| file.place == place).expect("its page");
        assert!(file.text().contains(from), "{from}");
        let text = file.text().replacen(from, to, 1);
        let found = remarks(&place, &text).into_iter();
        found.map(|one| (text[one.span.start..one.span.end].to_owned(), one.kind)).collect()
    }

    #[test]
    fn each_fault_of_french_is_at_its_word() {
        let of = |at: &str, fault| vec![(at.to_owned(), RemarkKind::Typography(fault))];
        assert_eq!(pointed("lit un autre numéro\u{a0}:", "lit un autre numéro :"), of(":", Fault::Space));
        assert_eq!(pointed("\u{202f}; les PC", " ; les PC"), of(";", Fault::NarrowSpace(';')));
        assert_eq!(pointed("dans l’ordre de", "dans l'ordre de"), of("'", Fault::Apostrophe));
        assert_eq!(pointed("Passez le", "Passez simplement le"), of("simplement", Fault::Word("simplement")));
        assert_eq!(pointed("titre = \"Le port", "titre = \"Simplement, le port").len(), 1);
        // Neither in C, nor between backquotes.
        assert_eq!(pointed("/* Un serveur", "/* L'un ? Un serveur"), []);
        assert_eq!(pointed("`ntohs`", "`n ? 1 : 0`"), []);
    }
}
