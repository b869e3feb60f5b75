use super::{among, mention, remarks};
use crate::author::remark::{Fault, RemarkKind};
use crate::lesson::model::{Kind, Lesson, Section};
use crate::lesson::parse::parse;

const GOOD: &str = "+++
format = 1
numero = 5
slug = \"accept\"
titre = \"Accepter\"
resume = \"Une phrase.\"
minutes = 20
prerequis = [4]
acteurs = [\"serveur\", \"client\"]
port = 3001
objectifs = [\"Un objectif.\"]
+++

## Attendre

Un texte.

```question
enonce = \"Dites ce que rend `a ? b : c`.\"
choix = [\"trois\", \"quatre\", \"cinq\"]
reponse = 2
pourquoi = \"Le premier libre.\"
si_1 = \"Non.\"
si_3 = \"Non plus.\"
```

```c serveur
int fd = socket(AF_INET, SOCK_STREAM, 0);   // => fd 3
```

## Fermer

```question
enonce = \"Et ensuite.\"
choix = [\"un\", \"deux\"]
reponse = 2
pourquoi = \"Oui.\"
si_1 = \"Non.\"
```

```etat
serveur fd 3 CLOSE
```

```indice
Un indice.
```

```c client
close(3);
```

## À retenir

- un
- deux
- trois

## À vous

Essayez.

## Pour aller plus loin

Lisez.
";

fn lesson(text: &str) -> Lesson {
    parse(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
}

fn kinds(text: &str) -> Vec<RemarkKind> {
    remarks(&lesson(text)).into_iter().map(|remark| remark.kind).collect()
}

/// The good lesson with each of these texts, which are there, as another.
fn with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(GOOD.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

#[test]
fn a_good_lesson_has_no_remark() {
    assert_eq!(kinds(GOOD), []);
}

#[test]
fn a_lesson_is_told_what_it_lacks() {
    const FIRST: &str = "```question\nenonce = \"Dites ce que rend `a ? b : c`.\"\nchoix = [\"trois\", \"quatre\", \"cinq\"]\n\
                         reponse = 2\npourquoi = \"Le premier libre.\"\nsi_1 = \"Non.\"\nsi_3 = \"Non plus.\"\n```\n\n";
    for (change, expected) in [
        (("## À retenir\n\n- un\n- deux\n- trois\n\n", ""), RemarkKind::MissingSection(Section::Remember)),
        (("## À vous\n\nEssayez.\n\n", ""), RemarkKind::MissingSection(Section::YourTurn)),
        (("\n## Pour aller plus loin\n\nLisez.\n", ""), RemarkKind::MissingSection(Section::Further)),
        ((FIRST, ""), RemarkKind::TooFewQuestions { found: 1, wanted: 2 }),
        (("\"client\"]", "\"client\", \"fil\"]"), RemarkKind::IdleActor("fil".into())),
        (("si_3 = \"Non plus.\"\n", ""), RemarkKind::UnexplainedChoice(3)),
        (("si_1 = \"Non.\"\nsi_3", "si_3"), RemarkKind::UnexplainedChoice(1)),
        (("\"cinq\"", "\"quatre\""), RemarkKind::SameChoice(3)),
    ] {
        assert_eq!(kinds(&with(&[change])), [expected], "{change:?}");
    }
}

#[test]
fn a_question_is_proved_by_what_follows_it_in_its_step() {
    const SECOND: &str = "```question\nenonce = \"Et ensuite.\"\nchoix = [\"un\", \"deux\"]\nreponse = 2\n\
                          pourquoi = \"Oui.\"\nsi_1 = \"Non.\"\n```\n\n";
    const STATE: &str = "```etat\nserveur fd 3 CLOSE\n```\n\n";
    const CODE: &str = "```c client\nclose(3);\n```\n\n";
    let last = format!("{CODE}{SECOND}");
    for (changes, expected) in [
        (vec![(STATE, "")], vec![]),
        (vec![(CODE, ""), ("Un texte.\n\n", "```c client\nclose(3);\n```\n\n")], vec![]),
        (vec![(SECOND, ""), (CODE, last.as_str())], vec![RemarkKind::NothingProvesIt]),
    ] {
        assert_eq!(kinds(&with(&changes)), expected, "{changes:?}");
    }
}

#[test]
fn text_is_measured_until_something_happens() {
    let paragraph = |columns: usize| format!("{}\n\n", "é".repeat(columns));
    let long = |lines| vec![RemarkKind::LongText { lines, limit: 8 }];
    let quote = format!("> {}", paragraph(76 * 8));
    let quote_of_nine = format!("> {}", paragraph(76 * 8 + 1));
    let list = format!("- `{}`\n- **{}**\n- *{}*\n\n", "a".repeat(77), "b".repeat(76 * 4), "c".repeat(76 * 3));
    let two = format!("{}{}", paragraph(76 * 4), paragraph(76 * 4 + 1));
    let again = format!("{0}```indice\n{0}```\n\n{0}", paragraph(76 * 9));
    let apart = format!("{0}```sh\nls\n```\n\n{0}", paragraph(76 * 8));
    for (text, expected) in [
        (paragraph(76 * 8), vec![]),
        (paragraph(76 * 8 + 1), long(9)),
        ("日".repeat(38 * 8 + 1) + "\n\n", long(9)),
        (quote, vec![]),
        (quote_of_nine, long(9)),
        (list, long(9)),
        (two, long(9)),
        (again, [long(9), long(9)].concat()),
        (apart, vec![]),
    ] {
        assert_eq!(kinds(&with(&[("Un texte.\n\n", &text)])), expected, "{text}");
    }
}

#[test]
fn prose_is_read_wherever_it_stands_and_code_is_not() {
    let mark = || RemarkKind::Typography(Fault::NarrowSpace('?'));
    for (from, to) in [
        ("Un texte.", "Un texte ?"),
        ("Un texte.", "> Un texte ?"),
        ("Un texte.", "- un\n- Un texte ?"),
        ("Un texte.", "Un **texte ?**"),
        ("Un texte.", "Un *texte ?*"),
        ("Un texte.", "Dites `x` ?"),
        ("Un indice.", "Un indice ?"),
        ("Essayez.", "Essayez ?"),
        ("- deux", "- deux ?"),
        ("titre = \"Accepter\"", "titre = \"Accepter ?\""),
        ("Une phrase.", "Une phrase ?"),
        ("Un objectif.", "Un objectif ?"),
        ("## Fermer", "## Fermer ?"),
        ("`a ? b : c`", "a ? b"),
        ("`a ? b : c`", "`a` ?"),
        ("\"quatre\"", "\"quatre ?\""),
        ("Le premier libre.", "Le premier libre ?"),
        ("Non plus.", "Non plus ?"),
    ] {
        assert_eq!(kinds(&with(&[(from, to)])), [mark()], "{to}");
    }
    for (from, to) in [
        ("Un texte.", "Un `texte ?`"),
        ("Essayez.", "Essayez.\n\n```sh\nls ?\n```"),
        ("titre = \"Accepter\"", "titre = \"`a ? b`\""),
    ] {
        assert_eq!(kinds(&with(&[(from, to)])), [], "{to}");
    }
    let twice = with(&[("Un texte.", "- un ?\n- deux ?\n- l'an")]);
    assert_eq!(kinds(&twice), [mark(), RemarkKind::Typography(Fault::Apostrophe)]);
}

#[test]
fn the_port_is_not_written_as_a_number() {
    for (text, expected) in [
        ("Le port 3001.", vec![RemarkKind::LiteralPort(3001)]),
        ("Le port `3001`.", vec![RemarkKind::LiteralPort(3001)]),
        ("Le port **3001**.", vec![RemarkKind::LiteralPort(3001)]),
        ("Le port {port}.", vec![]),
        ("Le port 3002.", vec![]),
    ] {
        assert_eq!(kinds(&with(&[("Un texte.", text)])), expected, "{text}");
    }
    assert_eq!(kinds(&with(&[("port = 3001\n", ""), ("Un texte.", "Le port 3001.")])), []);
}

#[test]
fn a_port_is_a_number_of_its_own() {
    for (text, expected) in [
        ("3001", Some(0)),
        ("le port 3001.", Some(8)),
        ("127.0.0.1:3001", Some(10)),
        ("13001 puis 3001é", Some(11)),
        ("30010", None),
        ("13001", None),
        ("1.3001", None),
        ("300", None),
    ] {
        assert_eq!(mention(text, 3001), expected, "{text}");
    }
}

#[test]
fn remarks_are_at_their_step_in_the_order_of_the_file() {
    let text = with(&[
        ("Un texte.", "Un texte ?"),
        ("Un indice.", "l'indice"),
        ("Essayez.", "Essayez !"),
        ("## Fermer", "## Fermer ;"),
        ("\"client\"]", "\"client\", \"fil\"]"),
        ("enonce = \"Et ensuite.\"", "enonce = \"Et \\\"ensuite\\\"\""),
    ]);
    let found = remarks(&lesson(&text));
    let places: Vec<_> = found.iter().map(|remark| (&text[remark.span.start..remark.span.end], &remark.kind)).collect();
    let typography = RemarkKind::Typography;
    let question = text.find("enonce = \"Et").map(|start| &text[start..]).and_then(|rest| rest.split("```").next());
    assert_eq!(
        places,
        [
            ("", &RemarkKind::IdleActor("fil".into())),
            ("Attendre", &typography(Fault::NarrowSpace('?'))),
            ("Fermer ;", &typography(Fault::NarrowSpace(';'))),
            ("Fermer ;", &typography(Fault::Apostrophe)),
            (question.unwrap(), &typography(Fault::Quotes)),
            ("À vous", &typography(Fault::NarrowSpace('!'))),
        ]
    );
}

#[test]
fn a_lesson_has_its_place_among_others() {
    let slug = |slug: &str| Some(slug.to_owned());
    let others = [(Some(4), slug("bind")), (Some(6), slug("accept")), (None, None), (Some(5), None)];
    for (prerequisites, known, others, expected) in [
        ("[4]", vec![4, 5], &others[..1], vec![]),
        ("[4]", vec![5], &[], vec![RemarkKind::NoSuchPrerequisite(4)]),
        ("[4, 5]", vec![4, 5], &[], vec![RemarkKind::NoSuchPrerequisite(5)]),
        ("[]", vec![], &others[1..2], vec![RemarkKind::SameSlug("accept".into())]),
        ("[]", vec![], &others[2..], vec![RemarkKind::SameNumber(5)]),
    ] {
        let lesson = lesson(&with(&[("[4]", prerequisites)]));
        let found: Vec<_> = among(&lesson, &known, others).into_iter().map(|remark| remark.kind).collect();
        assert_eq!(found, expected, "{prerequisites} {known:?} {others:?}");
    }
}

#[test]
fn checks_have_no_remark() {
    let checks = lesson(
        "+++\nformat = 1\nexercice = 5\ntitre = \"Vérifier ?\"\nacteurs = [\"a\"]\npoints = 2\n\
         programmes = { serveur = { commande = [\"./serveur\"] } }\n+++\n\n## Un\n\n```etape\npoints = 2\n```\n\nQuoi ?\n",
    );
    assert!(matches!(checks.kind, Kind::Checks(_)));
    assert_eq!(remarks(&checks), []);
    assert_eq!(among(&checks, &[], &[(Some(5), None)]), []);
}
