use super::{Front, MOST_ACTORS, identity, parse};
use crate::lesson::model::{Draw, Kind, Need};
use crate::lesson::problem::{FrontFault, ProblemKind, Problems, TomlType, Unknown};
use crate::syscall::ast::Span;

const LESSON: &str = "format = 1
numero = 5
slug = \"accept\"
titre = \"Accepter\"
resume = \"Une phrase.\"
minutes = 20
niveau = 2
prerequis = [0, 99]
acteurs = [\"serveur\", \"client\"]
port = 3001
autres_ports = [1, 65535]
exige = [\"ipv6\", \"root\"]
montre = [\"descripteurs\"]
objectifs = [\"un\", \"deux\"]
";

const CHECKS: &str = "format = 1
exercice = 6
titre = \"Accepter\"
acteurs = []
points = 20
[programmes]
serveur = { commande = [\"{port}\", \"x\"] }
autre = { commande = [\"2\"], rendu = \"serveur\" }
[tirages]
mot = \"mot\"
";

/// What is read, and the problems with the words where they are.
fn read(source: &str) -> (Front, Vec<(String, ProblemKind)>) {
    let text = format!("+++\n{source}+++\n");
    let mut problems = Problems::default();
    let front = parse(&text, Span { start: 4, end: 4 + source.len() }, &mut problems);
    let found = problems.finish().into_iter();
    (front, found.map(|one| (text[one.span.start..one.span.end].to_owned(), one.kind)).collect())
}

/// That a front matter with this line as another is refused at this place, for this reason.
fn assert_refused(source: &str, (from, to): (&str, &str), place: &str, fault: FrontFault) {
    assert!(source.contains(from), "{from}");
    assert_eq!(read(&source.replacen(from, to, 1)).1, [(place.to_owned(), ProblemKind::Front(fault))], "{to}");
}

fn unknown(name: &str, near: Option<&str>) -> Unknown {
    Unknown { name: name.into(), near: near.map(str::to_owned) }
}

#[test]
fn the_front_matter_of_a_lesson() {
    let (front, problems) = read(LESSON);
    assert_eq!(problems, []);
    assert_eq!(front.title, "Accepter");
    assert_eq!(front.actors, ["serveur", "client"]);
    assert_eq!((front.port, front.other_ports.as_slice()), (Some(3001), &[1, 65535][..]));
    assert_eq!(front.needs, [Need::Ipv6, Need::Root]);
    assert!(front.shows_descriptors);
    let Kind::Lesson(lesson) = front.kind else { panic!() };
    assert_eq!((lesson.number, lesson.slug.as_str(), lesson.summary.as_str()), (5, "accept", "Une phrase."));
    assert_eq!((lesson.minutes, lesson.level, lesson.prerequisites.as_slice()), (20, 2, &[0, 99][..]));
    assert_eq!(lesson.objectives, ["un", "deux"]);
}

#[test]
fn what_a_lesson_may_leave_out() {
    let kept = |line: &&str| {
        !["niveau", "prerequis", "port", "autres", "exige", "montre"].iter().any(|key| line.starts_with(key))
    };
    let short: String = LESSON.split_inclusive('\n').filter(kept).collect();
    let (front, problems) = read(&short);
    assert_eq!(problems, []);
    assert_eq!((front.port, front.other_ports.len(), front.needs.len(), front.shows_descriptors), (None, 0, 0, false));
    let Kind::Lesson(lesson) = front.kind else { panic!() };
    assert_eq!((lesson.level, lesson.prerequisites.len()), (1, 0));
}

#[test]
fn what_is_missing_is_said_at_the_opening() {
    for key in ["format", "numero", "slug", "titre", "resume", "minutes", "acteurs", "objectifs"] {
        let without: String = LESSON.split_inclusive('\n').filter(|line| !line.starts_with(key)).collect();
        assert_eq!(read(&without).1, [("+++\n".to_owned(), FrontFault::MissingKey(key).into())], "{key}");
    }
    for (key, without) in [
        ("points", CHECKS.replace("points = 20\n", "")),
        ("programmes", CHECKS.split("[programmes]").next().unwrap().to_owned()),
    ] {
        assert_eq!(read(&without).1, [("+++\n".to_owned(), FrontFault::MissingKey(key).into())], "{key}");
    }
}

#[test]
fn values_have_bounds() {
    for (source, key, least, most) in [
        (LESSON, "numero", 0, 99),
        (LESSON, "minutes", 5, 60),
        (LESSON, "niveau", 1, 2),
        (LESSON, "port", 1, 65535),
        (CHECKS, "exercice", 0, 99),
        (CHECKS, "points", 1, 1000),
    ] {
        let with = |value: i64| {
            let line = |line: &str| match line.strip_prefix(key) {
                Some(rest) if rest.starts_with(" =") => format!("{key} = {value}\n"),
                _ => line.to_owned(),
            };
            read(&source.split_inclusive('\n').map(line).collect::<String>()).1
        };
        assert_eq!((with(least), with(most)), (vec![], vec![]), "{key}");
        let fault = || ProblemKind::Front(FrontFault::OutOfRange { key: key.into(), from: least, to: most });
        assert_eq!(with(least - 1), [((least - 1).to_string(), fault())]);
        assert_eq!(with(most + 1), [((most + 1).to_string(), fault())]);
    }
    let range = |key: &str, from, to| FrontFault::OutOfRange { key: key.into(), from, to };
    assert_refused(LESSON, ("[0, 99]", "[100]"), "100", range("prerequis", 0, 99));
    assert_refused(LESSON, ("[1, 65535]", "[0]"), "0", range("autres_ports", 1, 65535));
    assert_refused(LESSON, ("[1, 65535]", "[65536]"), "65536", range("autres_ports", 1, 65535));
    assert_refused(LESSON, ("format = 1", "format = -1"), "-1", range("format", 0, i64::MAX));
}

#[test]
fn what_a_front_matter_may_not_say() {
    for (from, to, place, fault) in [
        ("format = 1", "format = 2", "2", FrontFault::UnknownFormat(2)),
        ("format = 1", "format = 0", "0", FrontFault::UnknownFormat(0)),
        ("\"accept\"", "\"Accept\"", "\"Accept\"", FrontFault::BadSlug("Accept".into())),
        ("\"client\"]", "\"port\"]", "\"port\"", FrontFault::ReservedActor("port".into())),
        ("\"client\"]", "\"Client\"]", "\"Client\"", FrontFault::BadName("Client".into())),
        ("\"client\"]", "\"serveur\"]", "\"serveur\"", FrontFault::DuplicateActor("serveur".into())),
        ("\"root\"", "\"rot\"", "\"rot\"", FrontFault::UnknownNeed(unknown("rot", Some("root")))),
        ("[\"descripteurs\"]", "[\"x\"]", "\"x\"", FrontFault::UnknownShow(unknown("x", Some("descripteurs")))),
        ("minutes", "exercises = 1\nminutes", "exercises", FrontFault::UnknownKey(unknown("exercises", None))),
    ] {
        assert_refused(LESSON, (from, to), place, fault);
    }
    assert!(!read(&LESSON.replace("\"descripteurs\"", "\"x\"")).0.shows_descriptors);
}

#[test]
fn no_screen_shows_more_actors() {
    let actors = |count: usize| (0..count).map(|n| format!("\"a{n}\"")).collect::<Vec<_>>().join(", ");
    let with = |count| LESSON.replace("\"serveur\", \"client\"", &actors(count));
    assert_eq!(read(&with(MOST_ACTORS)).1, []);
    let (front, problems) = read(&with(MOST_ACTORS + 2));
    let fault = FrontFault::TooManyActors { most: MOST_ACTORS };
    assert_eq!((front.actors.len(), problems), (MOST_ACTORS, vec![("\"a32\"".to_owned(), fault.into())]));
}

#[test]
fn the_front_matter_of_checks() {
    let (front, problems) = read(CHECKS);
    assert_eq!(problems, []);
    let Kind::Checks(checks) = front.kind else { panic!() };
    assert_eq!((checks.exercise, checks.points), (6, 20));
    let programs: Vec<_> = checks
        .programs
        .iter()
        .map(|(name, one)| (name.as_str(), one.command.join(" "), one.program.as_str()))
        .collect();
    assert_eq!(programs, [("autre", "2".into(), "serveur"), ("serveur", "{port} x".into(), "serveur")]);
}

#[test]
fn what_the_front_matter_of_checks_may_not_say() {
    let table = || FrontFault::WrongType { key: "autre".into(), wanted: TomlType::Table };
    for (from, to, place, fault) in [
        ("autre =", "Autre =", "Autre", FrontFault::BadName("Autre".into())),
        ("autre =", "port =", "port", FrontFault::BadName("port".into())),
        ("{ commande = [\"2\"], rendu = \"serveur\" }", "3", "autre", table()),
        ("commande = [\"2\"], ", "", "autre", FrontFault::MissingKey("commande")),
        (
            "rendu = \"serveur\"",
            "rendu = \"sevreur\"",
            "\"sevreur\"",
            FrontFault::UnknownSubmission(unknown("sevreur", Some("serveur"))),
        ),
        ("rendu = \"serveur\"", "x = 1", "x", FrontFault::UnknownKey(unknown("x", None))),
        ("mot = \"mot\"", "Mot = \"mot\"", "Mot", FrontFault::BadName("Mot".into())),
        ("mot = \"mot\"", "port = \"mot\"", "port", FrontFault::BadName("port".into())),
    ] {
        assert_refused(CHECKS, (from, to), place, fault);
    }
    let (before, rest) = CHECKS.split_once("serveur =").unwrap();
    let empty = format!("{before}{}", &rest[rest.find("[tirages]").unwrap()..]);
    let fault = FrontFault::EmptyValue { key: "programmes".into() };
    assert_eq!(read(&empty).1, [("[programmes]".to_owned(), fault.into())]);
}

#[test]
fn a_draw_is_a_word_a_text_or_a_number() {
    let text = |length| Some(Draw::Text { length });
    let number = |from, to| Some(Draw::Number { from, to });
    for (written, expected) in [
        ("\"mot\"", Some(Draw::Word)),
        ("\" Mot \"", Some(Draw::Word)),
        ("\"mot 1\"", text(1)),
        ("\"mot 65536\"", text(65536)),
        ("\"2..5\"", number(2, 5)),
        ("\"7\"", number(7, 7)),
        ("\"mot 0\"", None),
        ("\"mot 65537\"", None),
        ("\"mot x\"", None),
        ("\"2..\"", None),
        ("\"x\"", None),
        ("3", None),
    ] {
        let (front, problems) = read(&CHECKS.replace("mot = \"mot\"", &format!("n = {written}")));
        let Kind::Checks(checks) = front.kind else { panic!() };
        assert_eq!(checks.draws.get("n"), expected.as_ref(), "{written}");
        let fault = ("n".to_owned(), ProblemKind::Front(FrontFault::UnknownDraw("n".into())));
        assert_eq!(problems, if expected.is_some() { vec![] } else { vec![fault] }, "{written}");
    }
}

#[test]
fn who_a_lesson_is_may_be_read_of_a_wrong_one() {
    for (source, number, slug) in [
        (LESSON, Some(5), Some("accept")),
        ("numero = 0\nslug = \"x\"\nrien = 1\n", Some(0), Some("x")),
        ("numero = 99\nslug = \"X\"\n", Some(99), None),
        ("numero = 100\n", None, None),
        ("numero = \"5\"\nslug = 5\n", None, None),
    ] {
        let text = format!("+++\n{source}+++\n");
        let found = identity(&text, Span { start: 4, end: 4 + source.len() });
        assert_eq!(found, (number, slug.map(str::to_owned)), "{source}");
    }
}
