//! The calls that a trace shows and that the C of the lessons does without.

use super::{Explanation, paragraph};
use crate::content::entry::Entry;

/// Such a call.
pub(super) fn traced(entry: &Entry) -> Explanation {
    let page = entry.page.as_deref().unwrap_or(&entry.name);
    let title = format!("{} · appel que trace montre", page.replace(page_name(page), &entry.name));
    Explanation::new(title, vec![paragraph(entry.meaning())]).taught(&entry.lessons).paged(page)
}

fn page_name(page: &str) -> &str {
    page.split_once('(').map_or(page, |pair| pair.0)
}
