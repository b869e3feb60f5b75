//! What can be wrong in a lesson's file: facts and places. The words are in `text::problem`.

use crate::lesson::model::Section;
use crate::syscall::ast::Span;
use crate::syscall::parse::{SyntaxError, SyntaxKind};

/// Beyond this many, the rest of a file says nothing new.
pub const MOST_PROBLEMS: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub span: Span,
    pub kind: ProblemKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    File(FileFault),
    Front(FrontFault),
    Layout(LayoutFault),
    Markdown(MarkdownFault),
    Syntax(SyntaxKind),
    Note(NoteFault),
    State(StateFault),
    Question(QuestionFault),
    Scope(ScopeFault),
    Checks(ChecksFault),
    Page(PageFault),
}

/// A word that is not one of those known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    pub name: String,
    pub near: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// Bytes, against the most that a lesson may have.
    TooLarge {
        size: usize,
        most: usize,
    },
    NotUtf8,
    /// A character that a terminal would obey, or that hides others.
    Control(char),
    Empty,
}

/// Front matter, and the TOML of blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrontFault {
    Missing,
    Unclosed,
    Toml(TomlFault),
    UnknownKey(Unknown),
    MissingKey(&'static str),
    WrongType {
        key: String,
        wanted: TomlType,
    },
    OutOfRange {
        key: String,
        from: i64,
        to: i64,
    },
    EmptyValue {
        key: String,
    },
    UnknownFormat(i64),
    BadSlug(String),
    BadName(String),
    /// A name that already means something else where an actor is named.
    ReservedActor(String),
    DuplicateActor(String),
    /// Declared or born, beyond this many.
    TooManyActors {
        most: usize,
    },
    UnknownNeed(Unknown),
    UnknownPrivilege(Unknown),
    /// `montre = ["…"]`
    UnknownShow(Unknown),
    UnknownDraw(String),
    UnknownSubmission(Unknown),
    ControlInText {
        key: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TomlFault {
    DuplicateKey,
    UnclosedText,
    MissingValue,
    BadEscape,
    TooDeep,
    Malformed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TomlType {
    Text,
    Integer,
    Texts,
    Integers,
    Table,
}

/// Headings and blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayoutFault {
    OutsideStep,
    HeadingLevel,
    HeadingSpace,
    EmptyTitle,
    BadId(String),
    DuplicateId(String),
    NoStep,
    EmptyStep,
    /// A closing section after this one, which comes later.
    ClosingOrder {
        after: Section,
    },
    DuplicateClosing,
    StepAfterClosing,
    /// « À retenir » is a list of so many sentences.
    RememberList {
        from: usize,
        to: usize,
    },
    /// Something that only a step may hold, in a closing section.
    BlockInClosing,
    UnclosedBlock,
    EmptyBlock,
    UnknownBlock(Unknown),
    MissingActor,
    UnknownActor(Unknown),
    ExtraWords(String),
    OnlyInChecks(String),
    OnlyInLessons(String),
    SettingsLate,
    SettingsTwice,
    BadRepeat(String),
    BadByteCount(String),
    /// `coupe` or `rétabli`.
    UnknownLinkChange(Unknown),
    /// `{port}` where the front matter has no port.
    NoPort,
    TwoPrograms(String),
    /// In the whole lesson, each counted once for each actor that runs it.
    TooManyStatements {
        most: usize,
    },
}

/// What the reduced Markdown leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkdownFault {
    Html,
    Image,
    Link,
    Reference,
    Rule,
    Heading,
    CodeBlock,
    NestedBlock,
    HardBreak,
}

/// The notes `// =>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteFault {
    WithoutStatement,
    InsideStatement,
    Twice,
    /// `// ->`, `// ==>`.
    Malformed,
    Empty,
    UnknownResult(Unknown),
    UnknownEffect(Unknown),
    UnknownCondition(Unknown),
    UnknownSignal(Unknown),
    MissingElse,
    BadRange(String),
    UnclosedText,
    MissingText,
    MissingName,
    ExtraWords(String),
}

/// `etat` lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateFault {
    /// Neither an actor nor `port`.
    UnknownSubject(Unknown),
    UnknownState(Unknown),
    UnknownKey(Unknown),
    UnknownPredicate(Unknown),
    UnknownCall(Unknown),
    MissingPredicate,
    MissingValue(String),
    BadDescriptor(String),
    BadPort(String),
    BadRange(String),
    BadEndpoint(String),
    DuplicateKey(String),
    ExtraWords(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionFault {
    ChoiceCount {
        from: usize,
        to: usize,
    },
    /// The answer is one of the choices, from 1 to this one.
    NoSuchChoice {
        most: usize,
    },
    /// `si_N` for the right answer.
    ExplainsTheAnswer,
}

/// Names and types of variables, births of actors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopeFault {
    UnknownVariable {
        unknown: Unknown,
        actor: String,
    },
    /// `{n}` as a value, where no number is drawn under that name.
    UnknownNumber(Unknown),
    AlreadyDeclared {
        name: String,
        actor: String,
    },
    NotARecord {
        ctype: String,
    },
    /// `.` where `->` is needed.
    UseArrow,
    /// `->` where `.` is needed.
    UseDot,
    NotAPointer {
        ctype: String,
    },
    NotAnArray {
        ctype: String,
    },
    IndexOutOfBounds {
        size: usize,
    },
    AssignsArray,
    BornTwice(String),
    /// Code for an actor before the call that makes it.
    NotYetBorn(String),
    /// `naît` on a call that makes no actor.
    CannotGiveBirth,
    DeclaredInRepeat,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChecksFault {
    UnknownStep(Unknown),
    /// A step that comes later, or itself.
    LaterStep(String),
    /// The preparation is the first step, and worth no points.
    Preparation,
    MissingPoints,
    BadFault(String),
    PointsSum {
        declared: u32,
        found: u32,
    },
    UnknownDraw(Unknown),
    UnknownAwaited(Unknown),
    /// C for an actor that is a submitted program.
    CodeForProgram(String),
    /// A block about a submitted program, for an actor that is not one.
    NotAProgram(Unknown),
    BadExitCode(String),
}

/// Pages of the dictionary and of findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageFault {
    /// A file, an entry or an error that the program does not know.
    UnknownName(Unknown),
    UnknownSection(Unknown),
    MissingSection(&'static str),
    /// A section or an entry that is there already.
    Twice(String),
    /// A block or a text where there must be none.
    OutOfPlace,
    UnknownBlock {
        name: String,
        wanted: String,
    },
    MissingCode,
    MissingText,
    NotAParagraph,
    NotAList,
    TooManyParagraphs {
        most: usize,
    },
    TooFewParagraphs {
        least: usize,
    },
    /// An item of a list that is not a name and what it is.
    BadRow(String),
    /// Strong, or emphasised.
    Styled(String),
    /// A backquote that opens no code, or within code.
    Backquote,
    Signature(String),
    /// Those of the vocabulary, in order.
    Parameters {
        wanted: Vec<String>,
    },
    /// A call that the vocabulary says never sleeps.
    NeverSleeps(String),
    Severity {
        wanted: &'static str,
    },
    /// What stands around the decisive lines of a program.
    Marks {
        first: &'static str,
        last: &'static str,
    },
    /// A part that the page in the program has, and that this one must have too.
    MissingPart(&'static str),
    /// A part that the program composes from the facts of the case.
    ComposedPart(&'static str),
}

impl From<SyntaxError> for Problem {
    fn from(error: SyntaxError) -> Problem {
        Problem { span: error.span, kind: ProblemKind::Syntax(error.kind) }
    }
}

macro_rules! kinds {
    ($($fault:ident => $variant:ident;)*) => {
        $(impl From<$fault> for ProblemKind {
            fn from(fault: $fault) -> ProblemKind {
                ProblemKind::$variant(fault)
            }
        })*
    };
}

kinds! {
    FileFault => File;
    FrontFault => Front;
    LayoutFault => Layout;
    MarkdownFault => Markdown;
    SyntaxKind => Syntax;
    NoteFault => Note;
    StateFault => State;
    QuestionFault => Question;
    ScopeFault => Scope;
    ChecksFault => Checks;
    PageFault => Page;
}

/// The problems found so far.
#[derive(Debug, Default)]
pub struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    pub fn push(&mut self, span: Span, kind: impl Into<ProblemKind>) {
        if !self.full() {
            self.list.push(Problem { span, kind: kind.into() });
        }
    }

    #[must_use]
    pub fn full(&self) -> bool {
        self.list.len() >= MOST_PROBLEMS
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// In the order of the file, each once.
    #[must_use]
    pub fn finish(self) -> Vec<Problem> {
        let mut list = self.list;
        list.sort_by_key(|problem| (problem.span.start, problem.span.end));
        list.dedup();
        list
    }
}

#[cfg(test)]
mod tests {
    use super::{FileFault, MOST_PROBLEMS, Problem, Problems};
    use crate::syscall::ast::Span;

    #[test]
    fn problems_come_in_the_order_of_the_file_each_once_and_not_without_end() {
        let mut problems = Problems::default();
        assert!(problems.is_empty() && !problems.full());
        for (start, end) in [(5, 9), (5, 6), (1, 2), (5, 6)] {
            problems.push(Span { start, end }, FileFault::Empty);
        }
        assert!(!problems.is_empty() && !problems.full());
        let places = |list: &[Problem]| list.iter().map(|one| (one.span.start, one.span.end)).collect::<Vec<_>>();
        assert_eq!(places(&problems.finish()), [(1, 2), (5, 6), (5, 9)]);

        let mut many = Problems::default();
        for start in 0..MOST_PROBLEMS + 10 {
            assert_eq!(many.full(), start >= MOST_PROBLEMS);
            many.push(Span { start, end: start }, FileFault::Empty);
        }
        assert_eq!(many.finish().len(), MOST_PROBLEMS);
    }
}
