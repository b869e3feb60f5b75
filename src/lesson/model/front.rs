//! What the front matter says: of a lesson, or of the checks of an exercise.

use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Lesson(LessonFront),
    Checks(ChecksFront),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonFront {
    pub number: u32,
    pub slug: String,
    pub summary: String,
    pub minutes: u32,
    /// 1 or 2: first or second year.
    pub level: u32,
    pub prerequisites: Vec<u32>,
    pub objectives: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ChecksFront {
    pub exercise: u32,
    pub points: u32,
    /// Submitted programs by actor name.
    pub programs: BTreeMap<String, Submitted>,
    /// Values drawn for each run, by name.
    pub draws: BTreeMap<String, Draw>,
}

/// An actor that is a submitted program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// Its arguments; they may hold `{port}` and draws.
    pub command: Vec<String>,
    /// The program that it runs, by the name of its own actor: two actors may run the same.
    pub program: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Draw {
    Word,
    /// A text of so many bytes.
    Text {
        length: usize,
    },
    Number {
        from: i64,
        to: i64,
    },
}
