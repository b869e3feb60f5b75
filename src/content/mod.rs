//! What teachers may correct without Rust: the dictionary and the pages of findings, Markdown under `lessons/`. Text
//! in, typed pages out, and every problem with its place; a page is read when it is asked for.

pub mod book;
pub mod call;
pub mod entry;
pub mod finding;
pub mod keywords;
mod page;
pub mod place;

#[cfg(test)]
mod tests;
