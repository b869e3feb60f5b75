//! What can be wrong in C text: facts and places. The words are in `text::problem`.

use crate::syscall::ast::Span;
use crate::syscall::name::Name;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub span: Span,
    pub kind: SyntaxKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyntaxKind {
    UnexpectedCharacter(char),
    UnterminatedText,
    UnterminatedComment,
    /// Not exactly one byte between `'`.
    BadCharacter,
    BadEscape,
    BadNumber(String),
    NumberTooLarge(String),
    /// `#include`, `#define`.
    Directive,
    /// Something else was needed; `found` is `None` at the end of the text.
    Expected {
        wanted: Wanted,
        found: Option<String>,
    },
    MissingSemicolon,
    UnknownFunction {
        name: String,
        near: Option<String>,
    },
    UnknownConstant {
        name: String,
        near: Option<String>,
    },
    UnknownType {
        name: String,
        near: Option<String>,
    },
    /// No structure at all, or not the one named, has this field.
    UnknownField {
        field: String,
        record: Option<String>,
        near: Option<String>,
    },
    UnknownOperator(&'static str),
    /// `if`, `while`, `return`…: for whole programs.
    ControlFlow(String),
    /// Another word of C that the subset leaves out.
    OutsideSubset(String),
    /// A call that enters the kernel, inside a larger expression.
    KernelCallInside(Name),
    /// `most` is `None` where there is no upper bound.
    WrongArity {
        function: String,
        least: usize,
        most: Option<usize>,
        found: usize,
    },
    /// Parentheses, braces or operators nested too deep.
    TooDeep,
    NotAssignable,
    /// A name that already means something else: a constant, a word of C.
    ReservedName(String),
    /// The size of an array is a constant from 1 to this one.
    ArraySize {
        most: usize,
    },
    /// `char t[];` without an initializer.
    MissingArraySize,
    NestedArray,
    /// More values, or a longer string, than the object can hold.
    TooManyItems,
    /// `void x;`
    VoidVariable,
}

/// What the grammar needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Expression,
    Semicolon,
    Name,
    Field,
    Type,
    /// This very symbol.
    Symbol(&'static str),
    /// A value in braces, for an array or a structure.
    SingleValue,
}
