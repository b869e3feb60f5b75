//! Lesson files: from Markdown text to typed steps, with positions.

mod block;
pub mod catalog;
mod checks;
mod code;
mod dependencies;
pub mod expectation;
mod front;
mod items;
pub mod keywords;
mod layout;
pub mod model;
pub mod parse;
pub mod position;
pub mod problem;
mod prose;
mod question;
mod scope;
mod settings;
mod state_lines;
mod steps;
pub mod substitute;
mod table;
mod words;
