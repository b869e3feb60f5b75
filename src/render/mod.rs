//! Events to bytes: for people on a terminal or a pipe, and for scripts as JSON. Nothing here decides anything.

pub mod glyph;
pub mod json;
mod live;
mod memory;
pub mod page;
pub mod panel;
mod peer;
mod returned;
pub mod sanitize;
mod spacing;
pub mod style;
pub mod terminal;
pub mod trace;
pub mod typed;
pub mod wrap;
