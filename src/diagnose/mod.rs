//! What is wrong in a program, judged from the steps that a tracer saw: facts first, then rules over facts.

use crate::finding::Finding;
use crate::observed::Step;

/// Listens to the steps of one trace; its memory does not grow with their number.
#[derive(Debug, Default)]
pub struct Diagnosis {}

impl Diagnosis {
    /// Takes one step into account.
    pub fn see(&mut self, _step: &Step) {}

    /// What was found, defects first; each finding once.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        Vec::new()
    }
}
