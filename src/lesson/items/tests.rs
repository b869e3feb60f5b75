use super::{MOST_SHOWN, MOST_STATEMENTS};
use crate::lesson::front::MOST_ACTORS;
use crate::lesson::model::{Block, Inline, Item, LinkChange};
use crate::lesson::parse::parse;
use crate::lesson::problem::{ChecksFault, FrontFault, LayoutFault, ProblemKind, Unknown};

const LESSON: &str = "+++
format = 1
numero = 5
slug = \"x\"
titre = \"x\"
resume = \"x\"
minutes = 20
acteurs = [\"serveur\", \"client\"]
port = 3001
objectifs = [\"x\"]
+++

## Un

";

const CHECKS: &str = "+++
format = 1
exercice = 5
titre = \"x\"
acteurs = [\"client\"]
port = 3001
points = 2
programmes = { serveur = { commande = [\"2\"] } }
tirages = { n = \"2..5\" }
+++

## Un

```etape
points = 2
```

";

/// The items of a step with this content, or the problems with the words where they are.
fn read(front: &str, content: &str) -> Result<Vec<Item>, Vec<(String, ProblemKind)>> {
    let text = format!("{front}{content}\n");
    match parse(&text) {
        Ok(mut lesson) => Ok(lesson.steps.remove(0).items),
        Err(problems) => {
            let place = |start, end| text[start..end].to_owned();
            Err(problems.into_iter().map(|one| (place(one.span.start, one.span.end), one.kind)).collect())
        }
    }
}

fn assert_wrong(front: &str, content: &str, place: &str, fault: impl Into<ProblemKind>) {
    assert_eq!(read(front, content), Err(vec![(place.to_owned(), fault.into())]), "{content}");
}

fn block(info: &str, body: &str) -> String {
    format!("```{info}\n{body}\n```\n")
}

fn unknown(name: &str, near: Option<&str>) -> Unknown {
    Unknown { name: name.into(), near: near.map(str::to_owned) }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn blocks_that_are_shown_keep_their_text() {
    for (content, expected) in [
        (block("c exemple", "int x;\r\ny"), Item::Example("int x;\ny\n".into())),
        (block("sh", "ls  {port}"), Item::Display { language: "sh".into(), text: "ls  {port}\n".into() }),
        (block("indice", "Un indice."), Item::Hint(vec![Block::Paragraph(vec![Inline::Text("Un indice.".into())])])),
    ] {
        assert_eq!(read(LESSON, &content), Ok(vec![expected]), "{content}");
    }
}

#[test]
fn the_port_is_a_mark_only_where_there_is_one() {
    let without = LESSON.replace("port = 3001\n", "");
    for content in ["Le `{port}`.".to_owned(), block("sh", "nc {port}")] {
        assert!(read(LESSON, &content).is_ok(), "{content}");
        assert_wrong(&without, &content, "{port}", LayoutFault::NoPort);
    }
}

#[test]
fn blocks_of_checks_are_not_for_lessons_nor_theirs_for_checks() {
    for (info, name) in [
        ("attendre serveur", "attendre"),
        ("clavier serveur", "clavier"),
        ("sortie serveur", "sortie"),
        ("lancer serveur", "lancer"),
        ("c client fois 2", "fois"),
    ] {
        assert_wrong(LESSON, &block(info, "close(3);"), info, LayoutFault::OnlyInChecks(name.into()));
    }
    for (info, body) in [("question", "enonce = \"x\""), ("indice", "x")] {
        assert_wrong(CHECKS, &block(info, body), info, LayoutFault::OnlyInLessons(info.into()));
    }
}

#[test]
fn blocks_of_checks_are_about_submitted_programs() {
    for (info, body) in [("attendre", "accept"), ("clavier", "x"), ("sortie", "x"), ("lancer", "x")] {
        assert!(read(CHECKS, &block(&format!("{info} serveur"), body)).is_ok(), "{info}");
        for (name, near) in [("sevreur", "serveur"), ("client", "serveur")] {
            let fault = ChecksFault::NotAProgram(unknown(name, Some(near)));
            assert_wrong(CHECKS, &block(&format!("{info} {name}"), body), name, fault);
        }
    }
}

#[test]
fn marks_in_blocks_of_checks_are_drawn() {
    for (info, body) in [
        ("attendre serveur", "accept port {mto}"),
        ("clavier serveur", "{n} {port} {mto}"),
        ("sortie serveur", "{n}\n{mto}"),
        ("lancer serveur", "{mto}"),
        ("c client fois {mto}", "close(3);"),
    ] {
        assert_wrong(CHECKS, &block(info, body), "{mto}", ChecksFault::UnknownDraw(unknown("mto", None)));
    }
    assert!(read(CHECKS, &block("c client fois {n}", "close(3);")).is_ok());
    assert!(read(LESSON, &block("sh", "echo {mto}")).is_ok());
}

#[test]
fn code_is_a_script_of_each_actor() {
    for (info, actors, repeated) in
        [("c serveur", vec!["serveur"], None), ("c serveur, client", vec!["serveur", "client"], None)]
    {
        let items = read(LESSON, &block(info, "close(3);\nclose(4);")).unwrap();
        let found: Vec<_> = items
            .iter()
            .map(|item| match item {
                Item::Code(script) => (script.actor.as_str(), script.lines.len(), None),
                Item::Repeat { times, script } => (script.actor.as_str(), script.lines.len(), Some(times.as_str())),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(found, actors.into_iter().map(|actor| (actor, 2, repeated)).collect::<Vec<_>>(), "{info}");
    }
    let items = read(CHECKS, &block("c client fois 3", "close(3);")).unwrap();
    assert!(matches!(&items[..], [Item::Repeat { times, script }] if times == "3" && script.actor == "client"));
}

#[test]
fn code_is_for_actors_that_are_known() {
    assert_wrong(
        LESSON,
        &block("c sevreur", "close(3);"),
        "sevreur",
        LayoutFault::UnknownActor(unknown("sevreur", Some("serveur"))),
    );
    assert_wrong(LESSON, &block("c xyz", "close(3);"), "xyz", LayoutFault::UnknownActor(unknown("xyz", None)));
    assert_wrong(
        LESSON,
        &block("c client, client", "close(3);"),
        "client",
        FrontFault::DuplicateActor("client".into()),
    );
    assert_wrong(CHECKS, &block("c serveur", "close(3);"), "serveur", ChecksFault::CodeForProgram("serveur".into()));
    let named = "close(3);  // => 0, réveille enfant";
    assert_wrong(LESSON, &block("c client", named), "enfant", LayoutFault::UnknownActor(unknown("enfant", None)));
    let parent = block("c client", "fork();  // => pid enfant, naît enfant");
    assert!(read(LESSON, &(parent + &block("c enfant", "close(3);"))).is_ok());
    let capital = block("c client", "fork();  // => pid, naît Enfant");
    assert_wrong(LESSON, &capital, "Enfant", LayoutFault::UnknownActor(unknown("Enfant", None)));
}

#[test]
fn no_screen_shows_more_actors() {
    let born = |from: usize, to: usize| {
        let forks: Vec<_> = (from..to).map(|n| format!("fork();  // => pid, naît e{n}")).collect();
        block("c client", &forks.join("\n"))
    };
    assert!(read(LESSON, &born(2, MOST_ACTORS)).is_ok());
    let most = MOST_ACTORS;
    let last = format!("e{most}");
    assert_wrong(LESSON, &born(2, MOST_ACTORS + 1), &last, FrontFault::TooManyActors { most });
    let again = read(LESSON, &(born(2, MOST_ACTORS) + &born(2, 3))).unwrap_err();
    assert!(matches!(&again[..], [(_, ProblemKind::Scope(_))]), "{again:?}");
}

#[test]
fn statements_are_counted_for_each_actor() {
    let blocks = |statements: usize| {
        let half = "close(3);\n".repeat(statements / 2);
        block("c serveur, client", &half) + &block("c client", &"close(3);\n".repeat(statements - statements / 2 * 2))
    };
    let most = MOST_STATEMENTS;
    assert!(read(LESSON, &(block("c serveur, client", &"close(3);\n".repeat(most / 2)))).is_ok());
    let found = read(LESSON, &blocks(most + 1)).unwrap_err();
    assert_eq!(found, [("close(3);\n\n".to_owned(), LayoutFault::TooManyStatements { most }.into())]);
}

#[test]
fn a_variable_is_shown_whole_or_in_part() {
    let shown = |line: &str| {
        let items = read(LESSON, &(block("c client", "char t[9];") + &block("octets client", line)));
        items.map(|mut items| items.split_off(1))
    };
    for (line, source, count) in [
        ("t", "t", None),
        ("t 4", "t", Some(4)),
        ("t[2]  1", "t[2]", Some(1)),
        ("t + 1 65536", "t + 1", Some(MOST_SHOWN)),
        ("t + 1b", "t + 1b", None),
    ] {
        let Ok(items) = shown(line) else {
            assert_eq!(line, "t + 1b");
            continue;
        };
        let [Item::Bytes { actor, source: found, count: counted, .. }] = &items[..] else { panic!("{items:?}") };
        assert_eq!((actor.as_str(), found.as_str(), *counted), ("client", source, count), "{line}");
    }
    assert_eq!(shown("t\n\n  t 4").map(|items| items.len()), Ok(2));
    for count in ["0", "65537", "99999999999999999999"] {
        let fault = ProblemKind::Layout(LayoutFault::BadByteCount(count.into()));
        assert_eq!(shown(&format!("t {count}")), Err(vec![(count.to_owned(), fault)]));
    }
    let wrong = shown("t[ 4").unwrap_err();
    assert!(matches!(&wrong[..], [(_, ProblemKind::Syntax(_))]), "{wrong:?}");
    assert_wrong(LESSON, &block("octets autre", "1"), "autre", LayoutFault::UnknownActor(unknown("autre", None)));
}

#[test]
fn the_link_is_cut_or_mended() {
    let network = |change, wakes: &[&str]| Item::Network { change, wakes: names(wakes) };
    for (body, expected) in [
        ("coupe", network(LinkChange::Cut, &[])),
        ("# d'abord\nCoupé # ici", network(LinkChange::Cut, &[])),
        ("rétabli, réveille serveur et client", network(LinkChange::Mended, &["serveur", "client"])),
    ] {
        assert_eq!(read(LESSON, &block("reseau", body)), Ok(vec![expected]), "{body}");
    }
    let fault = |name: &str, near| LayoutFault::UnknownLinkChange(unknown(name, near));
    assert_wrong(LESSON, &block("reseau", "copue"), "copue", fault("copue", Some("coupe")));
    assert_wrong(LESSON, &block("reseau", "retabil"), "retabil", fault("retabil", Some("rétabli")));
    let autre = LayoutFault::UnknownActor(unknown("autre", None));
    assert_wrong(LESSON, &block("reseau", "coupe, réveille autre"), "autre", autre);
    let wrong = read(LESSON, &block("reseau", "coupe, reveile client")).unwrap_err();
    assert!(matches!(&wrong[..], [(place, ProblemKind::Note(_))] if place == "reveile"), "{wrong:?}");
}

#[test]
fn a_program_is_launched_with_its_arguments() {
    let launch = |arguments: &[&str], wakes: &[&str]| Item::Launch {
        actor: "serveur".into(),
        arguments: names(arguments),
        wakes: names(wakes),
    };
    for (info, body, expected) in [
        ("lancer serveur", "un  deux\ntrois", launch(&["un", "deux", "trois"], &[])),
        ("lancer serveur, réveille client", "", launch(&[], &["client"])),
        ("lancer serveur, ,", "", launch(&[], &[])),
    ] {
        assert_eq!(read(CHECKS, &block(info, body)), Ok(vec![expected]), "{info}");
    }
}

#[test]
fn a_wrong_line_of_state_leaves_the_others() {
    assert_wrong(
        LESSON,
        &block("etat", "serveur fd 3 CLOSE  # vue\nsevreur fd 3 CLOSE"),
        "sevreur",
        crate::lesson::problem::StateFault::UnknownSubject(unknown("sevreur", Some("serveur"))),
    );
    let items = read(LESSON, &block("etat", "serveur fd 3 CLOSE\n# rien\nport {port} aucun")).unwrap();
    assert!(matches!(&items[..], [Item::State(lines)] if lines.len() == 2), "{items:?}");
}
