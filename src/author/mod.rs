//! What an author is told about a lesson or a page that parses: pure rules over it, beside the play on the kernel.

pub mod discouraged;
pub mod locate;
pub mod pages;
pub mod remark;
pub mod rules;
pub mod trial;
pub mod typography;
