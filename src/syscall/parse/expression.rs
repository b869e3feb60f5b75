//! Expressions, by precedence.

use crate::syscall::ast::{BinaryOperator, Expr, ExprKind, Span};
use crate::syscall::constant;
use crate::syscall::ctype::CType;
use crate::syscall::near::nearest;
use crate::syscall::parse::cursor::{Cursor, OUTSIDE, Parsed};
use crate::syscall::parse::error::{SyntaxError, SyntaxKind, Wanted};
use crate::syscall::parse::specifier;
use crate::syscall::token::{TokenKind, clip};
use crate::syscall::vocabulary::{self, Function, Kind};

/// The binary operators of the subset; a higher number binds tighter.
const OPERATORS: [(&str, BinaryOperator, u8); 11] = [
    ("*", BinaryOperator::Multiply, 6),
    ("+", BinaryOperator::Add, 5),
    ("-", BinaryOperator::Subtract, 5),
    ("<", BinaryOperator::Less, 4),
    (">", BinaryOperator::Greater, 4),
    ("<=", BinaryOperator::LessOrEqual, 4),
    (">=", BinaryOperator::GreaterOrEqual, 4),
    ("==", BinaryOperator::Equal, 3),
    ("!=", BinaryOperator::NotEqual, 3),
    ("&", BinaryOperator::And, 2),
    ("|", BinaryOperator::Or, 1),
];

impl Cursor<'_> {
    pub fn expression(&mut self) -> Parsed<Expr> {
        self.binary(0)
    }

    fn binary(&mut self, floor: u8) -> Parsed<Expr> {
        let mut left = self.unary()?;
        while let Some((operator, power)) = self.operator().filter(|(_, power)| *power >= floor) {
            self.count_operator()?;
            self.advance();
            let right = self.binary(power + 1)?;
            let span = Span { start: left.span.start, end: right.span.end };
            left = Expr { kind: ExprKind::Binary(operator, Box::new(left), Box::new(right)), span };
        }
        Ok(left)
    }

    fn operator(&self) -> Option<(BinaryOperator, u8)> {
        let Some(TokenKind::Symbol(symbol)) = self.peek() else { return None };
        OPERATORS.iter().find(|row| row.0 == *symbol).map(|row| (row.1, row.2))
    }

    fn unary(&mut self) -> Parsed<Expr> {
        self.enter()?;
        let start = self.here().start;
        let kind = self.prefixed()?;
        let expr = match kind {
            Some(kind) => Expr { kind, span: Span { start, end: self.previous_end() } },
            None => self.postfix()?,
        };
        self.leave();
        Ok(expr)
    }

    fn prefixed(&mut self) -> Parsed<Option<ExprKind>> {
        if self.next_is("(") && specifier::starts_type(self.word_ahead(1)) {
            return self.cast().map(Some);
        }
        if self.accept_word("sizeof") {
            return self.sizeof().map(Some);
        }
        let Some(TokenKind::Symbol(symbol)) = self.peek() else { return Ok(None) };
        let make = match *symbol {
            "&" => ExprKind::AddressOf,
            "*" => ExprKind::Dereference,
            "-" => ExprKind::Negate,
            "~" => ExprKind::Complement,
            "!" | "+" | "++" | "--" | "&&" => {
                return Err(SyntaxError { span: self.here(), kind: SyntaxKind::UnknownOperator(symbol) });
            }
            _ => return Ok(None),
        };
        self.count_operator()?;
        self.advance();
        Ok(Some(make(Box::new(self.unary()?))))
    }

    fn cast(&mut self) -> Parsed<ExprKind> {
        self.count_operator()?;
        self.expect("(")?;
        let ctype = self.type_name()?;
        self.expect(")")?;
        Ok(ExprKind::Cast(ctype, Box::new(self.unary()?)))
    }

    fn sizeof(&mut self) -> Parsed<ExprKind> {
        self.count_operator()?;
        if self.next_is("(") && specifier::starts_type(self.word_ahead(1)) {
            self.expect("(")?;
            let ctype = self.type_name()?;
            self.expect(")")?;
            return Ok(ExprKind::SizeofType(ctype));
        }
        Ok(ExprKind::SizeofExpr(Box::new(self.unary()?)))
    }

    fn type_name(&mut self) -> Parsed<CType> {
        let base = self.type_specifier()?;
        self.pointers(base)
    }

    fn postfix(&mut self) -> Parsed<Expr> {
        let mut object = self.primary()?;
        loop {
            let start = object.span.start;
            let kind = if self.accept(".") {
                ExprKind::Field(Box::new(object), self.field_name()?)
            } else if self.accept("->") {
                ExprKind::Arrow(Box::new(object), self.field_name()?)
            } else if self.accept("[") {
                let index = self.expression()?;
                self.expect("]")?;
                ExprKind::Index(Box::new(object), Box::new(index))
            } else {
                return Ok(object);
            };
            self.count_operator()?;
            object = Expr { kind, span: Span { start, end: self.previous_end() } };
        }
    }

    /// A field that some structure has; `scope` knows whether this one does.
    fn field_name(&mut self) -> Parsed<String> {
        let (field, span) = self.name(Wanted::Field)?;
        if specifier::all_fields().any(|known| known == field) {
            return Ok(field);
        }
        let near = nearest(&field, specifier::all_fields());
        Err(SyntaxError { span, kind: SyntaxKind::UnknownField { field: clip(&field), record: None, near } })
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let span = self.here();
        let kind = match self.peek().cloned() {
            Some(TokenKind::Integer(value)) => {
                self.advance();
                ExprKind::Integer(value)
            }
            Some(TokenKind::Text(_)) => self.texts(),
            Some(TokenKind::Word(word)) => self.named(word, span)?,
            Some(TokenKind::Symbol("(")) => return self.parenthesised(),
            Some(TokenKind::Symbol("{")) if self.symbol_ahead(2, "}") => self.mark()?,
            _ => return Err(self.expected(Wanted::Expression)),
        };
        Ok(Expr { kind, span: Span { start: span.start, end: self.previous_end() } })
    }

    /// `{port}`, `{n}`: a number that is known when the lesson is played. It is read as a variable of that name,
    /// braces included.
    fn mark(&mut self) -> Parsed<ExprKind> {
        self.advance();
        let (name, _) = self.name(Wanted::Expression)?;
        self.advance();
        Ok(ExprKind::Variable(format!("{{{name}}}")))
    }

    fn parenthesised(&mut self) -> Parsed<Expr> {
        self.expect("(")?;
        let inner = self.expression()?;
        self.expect(")")?;
        Ok(inner)
    }

    /// Adjacent literals are one.
    fn texts(&mut self) -> ExprKind {
        let mut bytes = Vec::new();
        while let Some(TokenKind::Text(more)) = self.peek() {
            bytes.extend_from_slice(more);
            self.advance();
        }
        ExprKind::Text(bytes)
    }

    fn named(&mut self, word: String, span: Span) -> Parsed<ExprKind> {
        self.refuse_control_flow()?;
        self.advance();
        if self.next_is("(") {
            return self.call(&word, span);
        }
        match word.as_str() {
            "NULL" => return Ok(ExprKind::Null),
            "SIG_DFL" | "SIG_IGN" => return Ok(ExprKind::Handler(word)),
            _ => {}
        }
        if let Some(known) = Some(&word).filter(|word| may_be_constant(word)).and_then(|word| constant::lookup(word)) {
            return Ok(ExprKind::Constant(word, known.value));
        }
        if specifier::starts_type(Some(&word)) {
            return Err(SyntaxError { span, kind: SyntaxKind::ReservedName(word) });
        }
        if looks_constant(&word) {
            let near = nearest(&word, constant::all().map(|constant| constant.name));
            return Err(SyntaxError { span, kind: SyntaxKind::UnknownConstant { name: clip(&word), near } });
        }
        Ok(ExprKind::Variable(word))
    }

    fn call(&mut self, name: &str, span: Span) -> Parsed<ExprKind> {
        self.count_operator()?;
        let Some(function) = vocabulary::function(name) else { return Err(unknown_function(name, span)) };
        self.expect("(")?;
        let arguments = self.arguments(function)?;
        let whole = Span { start: span.start, end: self.previous_end() };
        let (least, most) = function.arity();
        let found = arguments.len();
        if found < least || most.is_some_and(|most| found > most) {
            let kind = SyntaxKind::WrongArity { function: name.to_owned(), least, most, found };
            return Err(SyntaxError { span: whole, kind });
        }
        if function.is_system_call() {
            self.kernel_calls.push((function.name, whole));
        }
        Ok(ExprKind::Call(function.name, arguments))
    }

    fn arguments(&mut self, function: &Function) -> Parsed<Vec<Expr>> {
        let mut arguments = Vec::new();
        if self.accept(")") {
            return Ok(arguments);
        }
        loop {
            let handler = function.parameters.get(arguments.len()).is_some_and(|one| one.kind == Kind::Handler);
            arguments.push(if handler { self.handler_or_expression()? } else { self.expression()? });
            if self.accept(")") {
                return Ok(arguments);
            }
            if !self.next_is(",") {
                return Err(self.expected(Wanted::Symbol(")")));
            }
            self.advance();
        }
    }

    /// Where a function's name is a value: a signal handler, a thread's start routine.
    pub fn handler_or_expression(&mut self) -> Parsed<Expr> {
        let span = self.here();
        let name = self.word_ahead(0).filter(|word| is_function_name(word)).map(str::to_owned);
        match name {
            Some(name) if !self.symbol_ahead(1, "(") => {
                self.advance();
                Ok(Expr { kind: ExprKind::Handler(name), span })
            }
            _ => self.expression(),
        }
    }
}

/// Whether it is worth looking for: the table is long, and most words are variables.
fn may_be_constant(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_uppercase()) || matches!(word, "true" | "false")
}

/// A constant is written in capitals, a variable is not.
fn looks_constant(word: &str) -> bool {
    word.len() > 1 && word.chars().any(|c| c.is_ascii_uppercase()) && !word.chars().any(|c| c.is_ascii_lowercase())
}

fn is_function_name(word: &str) -> bool {
    !looks_constant(word) && !OUTSIDE.contains(&word) && !specifier::starts_type(Some(word)) && word != "sizeof"
}

fn unknown_function(name: &str, span: Span) -> SyntaxError {
    let near = nearest(name, vocabulary::FUNCTIONS.iter().map(|function| function.name.as_str()));
    SyntaxError { span, kind: SyntaxKind::UnknownFunction { name: clip(name), near } }
}
