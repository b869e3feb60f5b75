//! What an author is told about a lesson that parses: pure rules over the lesson, beside the play on the kernel.

pub mod discouraged;
pub mod locate;
pub mod remark;
pub mod rules;
pub mod trial;
pub mod typography;
