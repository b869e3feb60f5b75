//! The closed subset of C that actors run, as a tree.

use serde::{Deserialize, Serialize};

use crate::syscall::ctype::CType;
use crate::syscall::name::Name;

/// Byte offsets in the file that holds the text; `start <= end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ExprKind {
    /// A decimal or hexadecimal integer, or a character constant.
    Integer(i64),
    /// A string literal, without its final NUL.
    Text(Vec<u8>),
    /// `NULL`.
    Null,
    /// A variable of the actor; `{port}` or `{n}`, braces included, where a number is put in before the lesson is played.
    Variable(String),
    /// A constant of the vocabulary, with its value.
    Constant(String, i64),
    /// The name of a function given as a value: a signal handler
    /// (`SIG_DFL`, `SIG_IGN` or a name), or a thread's start routine.
    Handler(String),
    /// `object.field`
    Field(Box<Expr>, String),
    /// `pointer->field`
    Arrow(Box<Expr>, String),
    /// `array[index]`
    Index(Box<Expr>, Box<Expr>),
    AddressOf(Box<Expr>),
    Dereference(Box<Expr>),
    Negate(Box<Expr>),
    /// Bitwise `~`.
    Complement(Box<Expr>),
    Cast(CType, Box<Expr>),
    SizeofType(CType),
    SizeofExpr(Box<Expr>),
    Binary(BinaryOperator, Box<Expr>, Box<Expr>),
    /// A call of a function of the vocabulary.
    Call(Name, Vec<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BinaryOperator {
    Add,
    Subtract,
    Multiply,
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Initializer {
    Value(Expr),
    /// `{ .sin_family = AF_INET, .sin_addr.s_addr = … }`, `{ 1, 2 }` or `{0}`.
    List(Vec<Designated>),
}

/// One member of an initializer list; an empty path is positional.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Designated {
    pub path: Vec<String>,
    pub value: Initializer,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Declarator {
    pub name: String,
    pub ctype: CType,
    pub initializer: Option<Initializer>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StatementKind {
    Declare(Vec<Declarator>),
    Assign { target: Expr, value: Expr },
    Evaluate(Expr),
}

/// One statement, with its source text as written (without its `// =>` note).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    pub kind: StatementKind,
    pub span: Span,
    pub source: String,
}

impl Statement {
    /// The call that this statement is about, if any: the expression itself, or the whole
    /// right-hand side of its only declarator or assignment, under casts.
    #[must_use]
    pub fn call(&self) -> Option<(Name, &[Expr])> {
        let value = match &self.kind {
            StatementKind::Evaluate(value) | StatementKind::Assign { value, .. } => value,
            StatementKind::Declare(declarators) => match declarators.as_slice() {
                [Declarator { initializer: Some(Initializer::Value(value)), .. }] => value,
                _ => return None,
            },
        };
        outer_call(value)
    }
}

fn outer_call(value: &Expr) -> Option<(Name, &[Expr])> {
    match &value.kind {
        ExprKind::Call(name, arguments) => Some((*name, arguments)),
        ExprKind::Cast(_, inner) => outer_call(inner),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::syscall::parse::block;

    #[test]
    fn a_statement_is_about_the_call_that_is_its_whole_value() {
        for (text, expected) in [
            ("close(3);", Some(("close", 1))),
            ("(void)close(3);", Some(("close", 1))),
            ("n = send(3, p, 5, 0);", Some(("send", 4))),
            ("n = (int)(long)getpid();", Some(("getpid", 0))),
            ("int fd = dup(3);", Some(("dup", 1))),
            ("int n = htons(1), m;", None),
            ("int n;", None),
            ("int n[1] = { htons(1) };", None),
            ("n = htons(1) + 1;", None),
            ("n;", None),
        ] {
            let read = block(text, 0);
            assert_eq!((read.errors.len(), read.statements.len()), (0, 1), "{text}");
            let call = read.statements[0].call().map(|(name, arguments)| (name.as_str(), arguments.len()));
            assert_eq!(call, expected, "{text}");
        }
    }
}
