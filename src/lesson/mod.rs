//! Lesson files: from Markdown text to typed steps, with positions.

pub mod model;
