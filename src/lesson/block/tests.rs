use super::{Info, Named, parse};
use crate::lesson::problem::{LayoutFault, ProblemKind, Unknown};
use crate::syscall::ast::Span;

const BASE: usize = 10;

fn named(name: &str, start: usize) -> Named {
    (name.to_owned(), Span { start: BASE + start, end: BASE + start + name.len() })
}

fn unknown(name: &str, near: Option<&str>) -> LayoutFault {
    LayoutFault::UnknownBlock(Unknown { name: name.into(), near: near.map(str::to_owned) })
}

#[test]
fn the_words_behind_a_fence_say_what_a_block_is() {
    let code = |actors, times: Option<&str>| Info::Code { actors, times: times.map(str::to_owned) };
    let launch = |effects: Option<(usize, usize)>| Info::Launch {
        actor: named("a", 7),
        effects: effects.map(|(start, end)| Span { start: BASE + start, end: BASE + end }),
    };
    for (text, expected) in [
        ("c serveur", code(vec![named("serveur", 2)], None)),
        ("c a, b ,d", code(vec![named("a", 2), named("b", 5), named("d", 8)], None)),
        ("c a fois 1", code(vec![named("a", 2)], Some("1"))),
        ("c a fois 10000", code(vec![named("a", 2)], Some("10000"))),
        ("c a, b fois {n}", code(vec![named("a", 2), named("b", 5)], Some("{n}"))),
        ("c exemple", Info::Example),
        ("c programme a, b", Info::Program { actors: vec![named("a", 12), named("b", 15)] }),
        ("text", Info::Display("text")),
        ("console", Info::Display("console")),
        ("http", Info::Display("http")),
        ("sh", Info::Display("sh")),
        ("question", Info::Question),
        ("etat", Info::State),
        ("indice", Info::Hint),
        ("etape", Info::Settings),
        ("reseau", Info::Network),
        ("octets a", Info::Bytes(named("a", 7))),
        ("attendre a", Info::Await(named("a", 9))),
        ("clavier a", Info::Keyboard(named("a", 8))),
        ("sortie a", Info::Output(named("a", 7))),
        ("lancer a", launch(None)),
        ("lancer a, réveille b", launch(Some((10, 21)))),
    ] {
        assert_eq!(parse(text, BASE), Ok(expected), "{text}");
    }
}

#[test]
fn the_first_word_without_a_place_is_named() {
    let repeat = |word: &str| LayoutFault::BadRepeat(word.into());
    let extra = |word: &str| LayoutFault::ExtraWords(word.into());
    for (text, start, end, fault) in [
        ("questoin", 0, 8, unknown("questoin", Some("question"))),
        ("python a", 0, 6, unknown("python", None)),
        ("c", 0, 1, LayoutFault::MissingActor),
        ("c , a", 0, 1, LayoutFault::MissingActor),
        ("c a,", 0, 1, LayoutFault::MissingActor),
        ("c programme", 0, 1, LayoutFault::MissingActor),
        ("attendre", 0, 8, LayoutFault::MissingActor),
        ("lancer", 0, 6, LayoutFault::MissingActor),
        ("c a fois 0", 9, 10, repeat("0")),
        ("c a fois 10001", 9, 14, repeat("10001")),
        ("c a fois {n", 9, 11, repeat("{n")),
        ("c a fois n}", 9, 11, repeat("n}")),
        ("c a fois", 0, 1, repeat("c")),
        ("c a fois 2 3", 11, 12, extra("3")),
        ("c a b", 4, 5, extra("b")),
        ("c exemple a", 10, 11, extra("a")),
        ("etat a", 5, 6, extra("a")),
        ("lancer a,", 8, 9, extra(",")),
        ("lancer a b", 9, 10, extra("b")),
    ] {
        let problem = parse(text, BASE).unwrap_err();
        let span = Span { start: BASE + start, end: BASE + end };
        assert_eq!((problem.span, problem.kind), (span, ProblemKind::Layout(fault)), "{text}");
    }
}

#[test]
fn a_fence_without_a_word_is_shown_itself() {
    for (base, start) in [(10, 7), (1, 0)] {
        let problem = parse("  ", base).unwrap_err();
        assert_eq!((problem.span, problem.kind), (Span { start, end: base }, unknown("", None).into()));
    }
}
