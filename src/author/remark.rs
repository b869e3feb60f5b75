//! What can be said of a lesson that parses.

use crate::lesson::model::Section;
use crate::syscall::ast::Span;

/// One remark, at a place of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    pub span: Span,
    pub kind: RemarkKind,
}

/// Facts; the words are in `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemarkKind {
    MissingSection(Section),
    /// Fewer predictions than a lesson needs.
    TooFewQuestions {
        found: usize,
        wanted: usize,
    },
    /// A wrong choice (from 1) that nothing explains.
    UnexplainedChoice(usize),
    /// Two choices that say the same.
    SameChoice(usize),
    /// A prediction that no call follows in its step.
    NothingProvesIt,
    /// So many lines of text at 80 columns before anything happens.
    LongText {
        lines: usize,
        limit: usize,
    },
    /// A declared actor that does nothing.
    IdleActor(String),
    /// The lesson's port, written as a number in prose.
    LiteralPort(u16),
    /// A lesson to know first that does not exist, or that is this one.
    NoSuchPrerequisite(u32),
    /// Another lesson of the same folder has this number.
    SameNumber(u32),
    /// Another lesson of the same folder has this short name.
    SameSlug(String),
    Typography(Fault),
    /// A name that the program knows and that no page explains.
    MissingPage(String),
}

/// A fault of French typography.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `;`, `!` or `?` without U+202F before it.
    NarrowSpace(char),
    /// `:` without U+00A0 before it.
    Space,
    /// « or » without U+00A0 inside.
    Guillemet,
    /// `'` where ’ is wanted.
    Apostrophe,
    /// `"` where « » are wanted.
    Quotes,
    /// A word that the lessons do not use (« simplement »…).
    Word(&'static str),
}
