//! The lessons that the program carries.

use std::fs;

use super::repository;

/// A lesson of the corpus, by its file.
#[derive(Clone, Debug)]
pub struct Entry {
    pub number: u32,
    pub file: String,
    pub text: String,
}

impl Entry {
    /// Every port that the lesson's text writes: these mean something, others are chosen by the kernel.
    pub fn ports(&self) -> Vec<u16> {
        let words = self.text.split(|c: char| !c.is_ascii_digit());
        words.filter_map(|word| word.parse().ok()).filter(|port| *port >= 1024).collect()
    }

    pub fn argument(&self) -> String {
        self.number.to_string()
    }
}

/// Every lesson, in order.
pub fn lessons() -> Vec<Entry> {
    let folder = fs::read_dir(repository().join("lessons")).unwrap();
    let mut lessons: Vec<Entry> = folder.filter_map(|file| entry(&file.unwrap().path())).collect();
    lessons.sort_by_key(|lesson| lesson.number);
    assert!(lessons.len() >= 7, "lessons 0 to 6 are there");
    lessons
}

fn entry(path: &std::path::Path) -> Option<Entry> {
    let file = path.file_name()?.to_str()?.to_owned();
    let (number, _) = file.split_once('-')?;
    if path.extension()? != "md" {
        return None;
    }
    Some(Entry { number: number.parse().ok()?, text: fs::read_to_string(path).unwrap(), file })
}
