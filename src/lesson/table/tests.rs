use crate::lesson::problem::{FrontFault, ProblemKind, Problems, TomlFault, TomlType, Unknown};
use crate::lesson::table::{Reader, parse};
use crate::syscall::ast::Span;

const BEFORE: &str = "avant\n";

/// What each problem of this TOML points at, once `ask` has asked for what it wants.
fn problems(source: &str, ask: impl FnOnce(&mut Reader)) -> Vec<(String, FrontFault)> {
    let text = format!("{BEFORE}{source}\naprès");
    let base = BEFORE.len();
    let mut problems = Problems::default();
    let toml = parse(source, base, &mut problems);
    let mut reader = Reader::new(&toml, base, Span { start: 0, end: 5 }, &mut problems);
    ask(&mut reader);
    reader.finish();
    let front = |kind: ProblemKind| match kind {
        ProblemKind::Front(fault) => fault,
        other => panic!("{other:?}"),
    };
    let pointed = |span: Span| text[span.start..span.end].to_owned();
    problems.finish().into_iter().map(|problem| (pointed(problem.span), front(problem.kind))).collect()
}

fn wrong(pointed: &str, key: &str, wanted: TomlType) -> (String, FrontFault) {
    (pointed.to_owned(), FrontFault::WrongType { key: key.to_owned(), wanted })
}

#[test]
fn values_are_read_with_their_places() {
    let source =
        "t = \" un \"\nn = 1_000\nh = 0xff\nm = -3\nl = [\"a\", \"b\"]\ni = [1, 2]\nsi_2 = \"x\"\nz = { k = 1 }";
    let found = problems(source, |reader| {
        let text = reader.text("t").unwrap();
        assert_eq!((text.value.as_str(), text.span), ("un", Span { start: 10, end: 16 }));
        let integer = reader.integer("n", &(0..=1000)).unwrap();
        assert_eq!((integer.value, integer.span), (1000, Span { start: 21, end: 26 }));
        assert_eq!(reader.integer("h", &(0..=1000)).map(|one| one.value), Some(255));
        assert_eq!(reader.integer("m", &(-3..=0)).map(|one| one.value), Some(-3));
        let texts = reader.texts("l");
        assert_eq!(texts.iter().map(|one| one.value.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        let integers = reader.integers("i", &(1..=2));
        assert_eq!(integers.iter().map(|one| one.value).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(reader.other_text("si_2".to_owned()).map(|one| one.value), Some("x".to_owned()));
        let table = reader.table("z").unwrap();
        let entries = reader.entries(table.value);
        assert_eq!(entries.iter().map(|(key, _)| key.value.as_str()).collect::<Vec<_>>(), ["k"]);
        let mut inner = reader.inside(table.value, table.span);
        assert_eq!(inner.integer("k", &(1..=1)).map(|one| one.value), Some(1));
        inner.finish();
        let keys: Vec<String> = reader.keys().into_iter().map(|key| key.value).collect();
        assert_eq!(keys, ["h", "i", "l", "m", "n", "si_2", "t", "z"]);
        assert!(reader.has("t") && !reader.has("x") && !reader.is_broken());
    });
    assert_eq!(found, []);
}

#[test]
fn what_is_not_there_is_nothing() {
    let found = problems("", |reader| {
        assert!(reader.text("t").is_none() && reader.integer("n", &(0..=1)).is_none() && reader.table("z").is_none());
        assert!(reader.texts("l").is_empty() && reader.integers("i", &(0..=1)).is_empty());
        assert!(reader.other_text("si_2".to_owned()).is_none() && reader.keys().is_empty());
    });
    assert_eq!(found, []);
}

#[test]
fn values_of_another_type_are_pointed_at() {
    let source = "t = 1\nn = \"x\"\nl = \"a\"\nk = [1]\ni = 2\nj = [\"b\"]\nz = 3";
    let found = problems(source, |reader| {
        assert!(reader.text("t").is_none() && reader.integer("n", &(0..=1)).is_none() && reader.table("z").is_none());
        assert!(reader.texts("l").is_empty() && reader.texts("k").is_empty());
        assert!(reader.integers("i", &(0..=1)).is_empty() && reader.integers("j", &(0..=1)).is_empty());
    });
    let expected = [
        wrong("1", "t", TomlType::Text),
        wrong("\"x\"", "n", TomlType::Integer),
        wrong("\"a\"", "l", TomlType::Texts),
        wrong("1", "k", TomlType::Text),
        wrong("2", "i", TomlType::Integers),
        wrong("\"b\"", "j", TomlType::Integer),
        wrong("3", "z", TomlType::Table),
    ];
    assert_eq!(found, expected);
}

#[test]
fn texts_hold_letters_and_numbers_their_bounds() {
    let found =
        problems("a = \"  \"\nb = \"x\\u001b[31m\"\nc = \"x\\ny\"\nd = 4\ne = 99999999999999999999", |reader| {
            assert!(reader.text("a").is_none() && reader.text("b").is_none());
            assert_eq!(reader.text("c").map(|one| one.value), Some("x\ny".to_owned()));
            assert!(reader.integer("d", &(1..=3)).is_none() && reader.integer("e", &(1..=3)).is_none());
        });
    let outside = |key: &str| FrontFault::OutOfRange { key: key.to_owned(), from: 1, to: 3 };
    let expected = [
        ("\"  \"", FrontFault::EmptyValue { key: "a".to_owned() }),
        ("\"x\\u001b[31m\"", FrontFault::ControlInText { key: "b".to_owned() }),
        ("4", outside("d")),
        ("99999999999999999999", outside("e")),
    ];
    assert_eq!(found, expected.map(|(pointed, fault)| (pointed.to_owned(), fault)));
}

#[test]
fn a_misspelt_key_is_not_missing_too() {
    let unknown = |name: &str, near: Option<&str>| {
        let near = near.map(str::to_owned);
        (name.to_owned(), FrontFault::UnknownKey(Unknown { name: name.to_owned(), near }))
    };
    let missing = |key: &'static str| ("avant".to_owned(), FrontFault::MissingKey(key));
    let ask = |reader: &mut Reader| {
        reader.require("titre");
        reader.require("resume");
        let _ = (reader.text("titre"), reader.text("resume"));
    };
    for (source, expected) in [
        ("titre = \"x\"\nresume = \"x\"", vec![]),
        ("titre = \"x\"", vec![missing("resume")]),
        ("titr = \"x\"\nresume = \"x\"", vec![unknown("titr", Some("titre"))]),
        ("zzzzzzz = 1\nresume = \"x\"", vec![missing("titre"), unknown("zzzzzzz", None)]),
    ] {
        assert_eq!(problems(source, ask), expected, "{source}");
    }
    assert_eq!(problems("zzzzzzz = 1", |reader| reader.ignore("zzzzzzz".to_owned())), []);
}

#[test]
fn faults_of_the_language_are_told_apart() {
    let deep = format!("a = {}", "[".repeat(500));
    for (source, pointed, expected) in [
        ("a = 1\na = 2", Some("a"), TomlFault::DuplicateKey),
        ("a = \"x", None, TomlFault::UnclosedText),
        ("a = 'x", None, TomlFault::UnclosedText),
        ("a = ", None, TomlFault::MissingValue),
        ("a = x", None, TomlFault::MissingValue),
        ("a = \"\\q\"", None, TomlFault::BadEscape),
        ("a = \"\\u12\"", None, TomlFault::BadEscape),
        ("a = \"\\ud800\"", None, TomlFault::BadEscape),
        (deep.as_str(), None, TomlFault::TooDeep),
        ("\"\"\"a\"\"\" = 1", None, TomlFault::Malformed),
        ("a b", None, TomlFault::MissingValue),
        ("[a", None, TomlFault::Malformed),
    ] {
        let found = problems(source, |reader| {
            assert!(reader.is_broken());
            reader.require("b");
            reader.ignore("a".to_owned());
        });
        assert_eq!(found.first().map(|one| &one.1), Some(&FrontFault::Toml(expected)), "{source}: {found:?}");
        assert!(found.iter().all(|(_, fault)| matches!(fault, FrontFault::Toml(_))), "{source}: {found:?}");
        assert!(pointed.is_none_or(|pointed| found[0].0 == pointed), "{source}: {found:?}");
    }
}
