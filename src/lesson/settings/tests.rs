use crate::lesson::model::{Need, Settings};
use crate::lesson::problem::{FrontFault, LayoutFault, ProblemKind, Problems, TomlType, Unknown};
use crate::lesson::settings::{Placed, parse};
use crate::state::Privilege;
use crate::syscall::ast::Span;

/// The settings, what each problem points at, and what it is.
fn read(body: &str, checks: bool) -> (Placed, Vec<(String, ProblemKind)>) {
    let text = format!("avant\n{body}\naprès");
    let mut problems = Problems::default();
    let placed = parse(&text, Span { start: 6, end: 6 + body.len() }, checks, &mut problems);
    let pointed = |span: Span| text[span.start..span.end].to_owned();
    (placed, problems.finish().into_iter().map(|problem| (pointed(problem.span), problem.kind)).collect())
}

const ALL: &str = "points = 3\nfois = 2\napres = [\"un\"]\nprogrammes = [\"serveur\"]\npannes = [\"serveur send:court\"]\n\
                   interdit = [\"fork\"]\nlimites = { descripteurs = 16 }";

#[test]
fn settings_of_checks() {
    let (placed, problems) = read(&format!("{ALL}\nexige = [\"ipv6\"]\nsans = [\"CAP_NET_RAW\"]"), true);
    assert_eq!(problems, []);
    let list = |word: &str| vec![word.to_owned()];
    let expected = Settings {
        needs: vec![Need::Ipv6],
        without: vec![Privilege::NetRaw],
        points: 3,
        after: list("un"),
        faults: list("serveur send:court"),
        forbidden: list("fork"),
        times: 2,
        programs: list("serveur"),
        most_descriptors: Some(16),
    };
    assert_eq!(placed.settings, expected);
    let words = [&placed.after, &placed.programs, &placed.faults].map(|list| list[0].value.as_str());
    assert_eq!(words, ["un", "serveur", "serveur send:court"]);
    assert_eq!(read("", true).0.settings, Settings::default());
}

#[test]
fn a_lesson_needs_and_does_without_and_no_more() {
    let (placed, problems) = read("exige = [\"root\", \"net_raw\"]\nsans = [\"CAP_NET_BIND_SERVICE\"]", false);
    assert_eq!(problems, []);
    let (needs, without) = (vec![Need::Root, Need::RawSockets], vec![Privilege::NetBindService]);
    assert_eq!(placed.settings, Settings { needs, without, ..Settings::default() });

    let refused = ["points", "fois", "apres", "programmes", "pannes", "interdit", "limites"]
        .map(|key| (key.to_owned(), ProblemKind::Layout(LayoutFault::OnlyInChecks(key.to_owned()))));
    let (placed, problems) = read(ALL, false);
    assert_eq!(problems, refused);
    assert_eq!(placed.settings, Settings::default());
}

#[test]
fn what_is_wrong_is_pointed_at() {
    let unknown = |name: &str, near: &str| Unknown { name: name.to_owned(), near: Some(near.to_owned()) };
    let outside = |key: &str, from, to| FrontFault::OutOfRange { key: key.to_owned(), from, to };
    for (body, pointed, fault) in [
        (
            "sans = [\"CAP_NET_RAV\"]",
            "\"CAP_NET_RAV\"",
            FrontFault::UnknownPrivilege(unknown("CAP_NET_RAV", "CAP_NET_RAW")),
        ),
        ("exige = [\"ipv4\"]", "\"ipv4\"", FrontFault::UnknownNeed(unknown("ipv4", "ipv6"))),
        ("point = 1", "point", FrontFault::UnknownKey(unknown("point", "points"))),
        ("points = 1001", "1001", outside("points", 0, 1000)),
        ("fois = 0", "0", outside("fois", 1, 1000)),
        ("limites = { descripteurs = 2 }", "2", outside("descripteurs", 3, 1_048_576)),
        (
            "limites = { descripteur = 4 }",
            "descripteur",
            FrontFault::UnknownKey(unknown("descripteur", "descripteurs")),
        ),
        ("limites = {}", "{}", FrontFault::EmptyValue { key: "limites".to_owned() }),
        ("limites = 4", "4", FrontFault::WrongType { key: "limites".to_owned(), wanted: TomlType::Table }),
    ] {
        assert_eq!(read(body, true).1, [(pointed.to_owned(), ProblemKind::Front(fault))], "{body}");
    }
    assert_eq!(read("points = 0\nlimites = { descripteurs = 3 }", true).0.settings.most_descriptors, Some(3));
}
