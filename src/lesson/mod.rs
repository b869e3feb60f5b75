//! Lesson files: from Markdown text to typed steps, with positions.

mod block;
pub mod catalog;
mod checks;
mod code;
mod dependencies;
pub mod expectation;
pub(crate) mod front;
mod items;
pub mod keywords;
pub(crate) mod layout;
pub mod model;
pub mod parse;
pub mod position;
pub mod problem;
pub(crate) mod prose;
mod question;
mod scope;
mod settings;
mod state_lines;
mod steps;
pub mod substitute;
pub(crate) mod table;
mod words;
