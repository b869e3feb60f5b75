//! Lesson files: from Markdown text to typed steps, with positions.

mod block;
pub mod catalog;
mod checks;
mod code;
mod dependencies;
pub mod expectation;
pub mod front;
mod items;
pub mod keywords;
pub mod layout;
pub mod model;
pub mod parse;
pub mod position;
pub mod problem;
pub mod prose;
mod question;
mod scope;
mod settings;
mod state_lines;
mod steps;
pub mod substitute;
pub mod table;
mod words;
