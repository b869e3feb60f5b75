use crate::lesson::model::{Block, Item, Lesson, Program, Section};
use crate::lesson::parse::parse;
use crate::lesson::problem::{LayoutFault, MarkdownFault, Problem, ProblemKind, Unknown};

const FRONT: &str = "+++\nformat = 1\nnumero = 1\nslug = \"x\"\ntitre = \"x\"\nresume = \"x\"\nminutes = 10\n\
                     acteurs = [\"serveur\", \"client\"]\nobjectifs = [\"x\"]\n+++\n\n";

const CHECKS: &str = "+++\nformat = 1\nexercice = 7\ntitre = \"x\"\npoints = 1\nacteurs = [\"serveur\"]\n\n\
                      [programmes.client]\ncommande = []\n+++\n\n";

fn good(body: &str) -> Lesson {
    parse(&format!("{FRONT}{body}")).unwrap_or_else(|problems| panic!("{body}: {problems:?}"))
}

/// What each problem points at, and what it is.
fn found(front: &str, body: &str) -> Vec<(String, ProblemKind)> {
    let text = format!("{front}{body}");
    let pointed = |problem: &Problem| text[problem.span.start..problem.span.end].to_owned();
    let problems = parse(&text).err().unwrap_or_default();
    problems.into_iter().map(|problem| (pointed(&problem), problem.kind)).collect()
}

fn layout(pointed: &str, fault: LayoutFault) -> (String, ProblemKind) {
    (pointed.to_owned(), ProblemKind::Layout(fault))
}

fn unknown(name: &str, near: &str) -> Unknown {
    Unknown { name: name.to_owned(), near: Some(near.to_owned()) }
}

#[test]
fn what_has_no_place_is_told_once() {
    use LayoutFault as F;
    for (body, expected) in [
        ("texte\nsuite\n\n```text\nx\n```\n\nsuite\n\n## Un\n\nx\n", vec![layout("texte", F::OutsideStep)]),
        ("```text\nx\n```\n\nsuite\n\n## Un\n\nx\n", vec![layout("text", F::OutsideStep)]),
        (
            "texte\n\n```c servur\nint x;\n```\n\n## Un\n\nx\n",
            vec![layout("texte", F::OutsideStep), layout("servur", F::UnknownActor(unknown("servur", "serveur")))],
        ),
        (
            "[x]: http://y\n\n## Un\n\nx\n",
            vec![("[x]: http://y".to_owned(), ProblemKind::Markdown(MarkdownFault::Reference))],
        ),
        ("## Un\n\n```txt\nx\n```\n", vec![layout("txt", F::UnknownBlock(unknown("txt", "text")))]),
        ("## Un\n\n```text\n \n```\n", vec![layout("text", F::EmptyBlock)]),
        ("## \n\nx\n\n```text\nx\n```\n\n## Un\n\nx\n", vec![layout("", F::EmptyTitle)]),
        ("## Un\n\nx\n\n## Deux\n", vec![layout("Deux", F::EmptyStep)]),
        ("## Un\n\n```etape\n```\n\n## Deux\n\nx\n", vec![layout("Un", F::EmptyStep)]),
    ] {
        assert_eq!(found(FRONT, body), expected, "{body}");
    }
    let nothing = found(FRONT, "");
    assert!(matches!(nothing.as_slice(), [(front, ProblemKind::Layout(F::NoStep))] if front.starts_with("format")));
}

#[test]
fn a_title_may_say_its_id() {
    for (title, id, shown, span) in [
        ("Attendre un client", "attendre-un-client", "Attendre un client", "Attendre un client"),
        ("Le `socket`  {#so}", "so", "Le socket", "Le `socket`"),
        ("Un {#un} mot", "un-un-mot", "Un {#un} mot", "Un {#un} mot"),
        ("Le port }", "le-port", "Le port }", "Le port }"),
    ] {
        let text = format!("{FRONT}## {title}\n\nx\n");
        let lesson = parse(&text).unwrap_or_else(|problems| panic!("{title}: {problems:?}"));
        let step = &lesson.steps[0];
        let place = &text[step.span.start..step.span.end];
        assert_eq!((step.id.as_str(), step.title.as_str(), place), (id, shown, span), "{title}");
    }
    for (body, pointed, fault) in [
        ("## Un {#Mal}\n\nx\n", "{#Mal}", LayoutFault::BadId("Mal".to_owned())),
        ("## …\n\nx\n", "…", LayoutFault::BadId(String::new())),
        ("## Un\n\nx\n\n## Deux {#un}\n\nx\n", "{#un}", LayoutFault::DuplicateId("un".to_owned())),
    ] {
        assert_eq!(found(FRONT, body), [layout(pointed, fault)], "{body}");
    }
}

#[test]
fn closing_sections_come_last_in_their_order_each_once() {
    use LayoutFault as F;
    let list = |count: usize| format!("## Un\n\nx\n\n## À retenir\n\n{}", "- a\n".repeat(count));
    let few = |pointed: &str| vec![layout(pointed, F::RememberList { from: 3, to: 5 })];
    for (body, expected) in [
        (list(2), few("À retenir")),
        (list(3), vec![]),
        (list(5), vec![]),
        (list(6), few("À retenir")),
        (list(3) + "\nx\n", few("À retenir")),
        (list(3) + "\n## À vous\n\nx\n\n## Pour aller plus loin\n\nx\n", vec![]),
        (list(3) + "\n## Pour aller plus loin\n\nx\n", vec![]),
        (list(3) + "\n## À vous\n", vec![layout("À vous", F::EmptyStep)]),
        (list(3) + "\n## A retenir\n\n- a\n- b\n- c\n", vec![layout("A retenir", F::DuplicateClosing)]),
        (
            "## Un\n\nx\n\n## Pour aller plus loin\n\nx\n\n## À vous\n\nx\n".to_owned(),
            vec![layout("À vous", F::ClosingOrder { after: Section::Further })],
        ),
        ("## Un\n\nx\n\n## À vous\n\nx\n\n## Deux\n\nx\n".to_owned(), vec![layout("Deux", F::StepAfterClosing)]),
        (
            "## Un\n\nx\n\n## À vous\n\nx\n\n```c serveur\nint x;\n```\n".to_owned(),
            vec![layout("c serveur", F::BlockInClosing)],
        ),
    ] {
        assert_eq!(found(FRONT, &body), expected, "{body}");
    }
    let lesson = good("## Un\n\nx\n\n## À vous\n\nx\n\n```c exemple\nint x;\n```\n\n```sh\nls\n```\n");
    let shown = |language: &str, text: &str| Block::Preformatted { language: language.into(), text: text.into() };
    assert_eq!(lesson.closing[0].blocks[1..], [shown("c", "int x;\n"), shown("sh", "ls\n")]);
}

#[test]
fn settings_come_once_and_before_what_is_played() {
    let settings = "```etape\nexige = [\"ipv6\"]\n```\n";
    for (body, fault) in [
        (format!("## Un\n\n{settings}\n{settings}\nx\n"), LayoutFault::SettingsTwice),
        (format!("## Un\n\n```text\nx\n```\n\n{settings}"), LayoutFault::SettingsLate),
    ] {
        assert_eq!(found(FRONT, &body), [layout("etape", fault)], "{body}");
    }
    let lesson = good(&format!("## Un\n\nx\n\n{settings}\n## Deux\n\n{settings}\nx\n\n## Trois\n\nx\n"));
    assert_eq!(lesson.steps.iter().map(|step| step.settings.needs.len()).collect::<Vec<_>>(), [1, 1, 0]);
}

#[test]
fn programs_have_one_owner_and_make_no_step() {
    use LayoutFault as F;
    let program = |actors: &str| format!("```c programme {actors}\nint main(void) {{}}\n```\n");
    for (actors, other, expected) in [
        ("serveur", "serveur", vec![layout("serveur", F::TwoPrograms("serveur".to_owned()))]),
        ("serveur, client", "client", vec![layout("client", F::TwoPrograms("client".to_owned()))]),
        ("serveur", "cliant", vec![layout("cliant", F::UnknownActor(unknown("cliant", "client")))]),
        ("serveur", "client", vec![]),
    ] {
        let body = format!("## Un\n\nx\n\n## P\n\n{}\n{}", program(actors), program(other));
        assert_eq!(found(FRONT, &body), expected, "{body}");
    }
    let lesson = good(&format!(
        "## Un\n\n```text\nx\n```\n\n{}\n## Programmes\n\nx\n\n{}\n## Deux\n\nx\n",
        program("serveur"),
        program("client")
    ));
    let titles: Vec<&str> = lesson.steps.iter().map(|step| step.title.as_str()).collect();
    assert_eq!(titles, ["Un", "Deux"]);
    assert!(matches!(lesson.steps[0].items.as_slice(), [Item::Display { .. }]));

    let lesson = good(&format!("## Un\n\nx\n\n## P\n\n{}", program("serveur, client")));
    let [Program { actor, also, line, .. }] = lesson.programs.as_slice() else { panic!("{:?}", lesson.programs) };
    assert_eq!((actor.as_str(), also.as_slice(), *line), ("serveur", ["client".to_owned()].as_slice(), 19));
}

#[test]
fn checks_have_neither_programs_to_show_nor_an_end() {
    let step = "## Un\n\n```etape\npoints = 1\n```\n\n```lancer client\n```\n\n";
    for (more, pointed, fault) in [
        ("```c programme serveur\nint x;\n```\n", "c programme serveur", "c programme"),
        ("## À vous\n\nx\n", "À vous", "À vous"),
    ] {
        let faults = found(CHECKS, &format!("{step}{more}"));
        assert_eq!(faults, [layout(pointed, LayoutFault::OnlyInLessons(fault.to_owned()))], "{more}");
    }
    assert_eq!(found(CHECKS, step), []);
}
