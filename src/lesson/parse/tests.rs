use crate::lesson::model::{Block, Inline, Item, Kind, Lesson, Need, Section};
use crate::lesson::parse::{LARGEST, parse, parse_bytes};
use crate::lesson::problem::{FileFault, FrontFault, Problem, ProblemKind};
use crate::syscall::ast::Span;

const SIMPLE: &str = "+++
format = 1
numero = 5
slug = \"accept\"
titre = \"Accepter\"
resume = \"Une phrase.\"
minutes = 20
prerequis = [4]
acteurs = [\"serveur\"]
port = 3001
exige = [\"ipv6\"]
montre = [\"descripteurs\"]
objectifs = [\"un\", \"deux\"]
+++

## Attendre un client

Un texte.

```etape
sans = [\"CAP_NET_BIND_SERVICE\"]
```

```c serveur
int fd = socket(AF_INET, SOCK_STREAM, 0);   // => fd 3
```

```etat
serveur fd 3 CLOSE   # sans connexion
```

## Les programmes {#programmes}

```c programme serveur
int main(void) { return 0; }
```

## À retenir

- un
- deux
- trois

## À vous

Essayez :

```console
$ nc 127.0.0.1 3001
```

## Pour aller plus loin

`man 2 accept`.
";

fn simple() -> Lesson {
    parse(SIMPLE).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[test]
fn a_lesson_from_end_to_end() {
    let lesson = simple();
    let Kind::Lesson(front) = &lesson.kind else { panic!() };
    assert_eq!((front.number, front.slug.as_str(), front.minutes, front.level), (5, "accept", 20, 1));
    assert_eq!((lesson.port, lesson.shows_descriptors), (Some(3001), true));
    assert_eq!(lesson.needs, [Need::Ipv6]);
    assert_eq!(lesson.steps.len(), 1);
    let step = &lesson.steps[0];
    assert_eq!((step.id.as_str(), step.title.as_str()), ("attendre-un-client", "Attendre un client"));
    assert_eq!(step.settings.without.len(), 1);
    assert!(matches!(step.items.as_slice(), [Item::Prose(_), Item::Code(_), Item::State(_)]));
    assert_eq!(lesson.programs[0].source, "int main(void) { return 0; }\n");
    assert_eq!(lesson.programs[0].line, 35);
    let sections: Vec<_> = lesson.closing.iter().map(|closing| closing.section).collect();
    assert_eq!(sections, [Section::Remember, Section::YourTurn, Section::Further]);
    assert!(matches!(&lesson.closing[1].blocks[1], Block::Preformatted { language, .. } if language == "console"));
    assert_eq!(
        lesson.closing[2].blocks[0],
        Block::Paragraph(vec![Inline::Code("man 2 accept".into()), Inline::Text(".".into()),])
    );
}

#[test]
fn a_mark_and_carriage_returns_change_nothing_but_offsets() {
    let windows = format!("\u{feff}{}", SIMPLE.replace('\n', "\r\n"));
    let lesson = parse(&windows).unwrap_or_else(|problems| panic!("{problems:?}"));
    let plain = simple();
    assert_eq!(lesson.programs, plain.programs);
    assert_eq!(lesson.steps[0].items.len(), plain.steps[0].items.len());
    let (Item::Code(one), Item::Code(other)) = (&lesson.steps[0].items[1], &plain.steps[0].items[1]) else { panic!() };
    assert_eq!(one.lines[0].line, other.lines[0].line);
    assert_eq!(one.lines[0].statement.source, other.lines[0].statement.source);
}

#[test]
fn files_that_are_no_lessons() {
    let only = |bytes: &[u8]| parse_bytes(bytes).unwrap_err().swap_remove(0).kind;
    assert_eq!(only(b""), ProblemKind::File(FileFault::Empty));
    assert_eq!(only(b" \n\n"), ProblemKind::File(FileFault::Empty));
    assert_eq!(only(b"\xff\xfe"), ProblemKind::File(FileFault::NotUtf8));
    assert_eq!(only(b"a\0b"), ProblemKind::File(FileFault::Control('\0')));
    assert_eq!(only("a\u{202e}b".as_bytes()), ProblemKind::File(FileFault::Control('\u{202e}')));
    let size = LARGEST + 1;
    let too_large = ProblemKind::File(FileFault::TooLarge { size, most: LARGEST });
    assert_eq!(only(&vec![b'a'; size]), too_large);
    assert_eq!(only(&vec![0xff; size]), too_large);
    assert_eq!(parse(&"a".repeat(size)).unwrap_err()[0].kind, too_large);
    assert_eq!(only(&vec![b'a'; LARGEST]), ProblemKind::Front(FrontFault::Missing));
}

#[test]
fn letters_that_a_terminal_obeys_are_pointed_at() {
    for (text, expected) in [
        ("\u{feff}\ta\r\n", vec![]),
        ("é\0b\u{1b}[31m\u{85}", vec![(2, 3), (4, 5), (9, 11)]),
        ("a\u{feff}\u{200b}", vec![(1, 4), (4, 7)]),
        ("\u{202a}\u{202c}\u{2066}\u{2069}", vec![(0, 3), (3, 6), (6, 9), (9, 12)]),
    ] {
        let problems = parse(text).unwrap_err();
        let controls = problems.iter().filter(|one| matches!(one.kind, ProblemKind::File(FileFault::Control(_))));
        assert_eq!(controls.map(|one| (one.span.start, one.span.end)).collect::<Vec<_>>(), expected, "{text:?}");
    }
    let problems = parse_bytes(b"ab\xff").unwrap_err();
    assert_eq!(problems, [Problem { span: Span { start: 2, end: 2 }, kind: ProblemKind::File(FileFault::NotUtf8) }]);
}

#[test]
fn one_block_for_several_actors_is_one_script_each() {
    let text = SIMPLE
        .replace("[\"serveur\"]", "[\"serveur\", \"client\"]")
        .replace("```c serveur\n", "```c serveur, client\n");
    let lesson = parse(&text).unwrap_or_else(|problems| panic!("{problems:?}"));
    let actors = lesson.steps[0].items.iter().filter_map(|item| match item {
        Item::Code(script) => Some(script.actor.as_str()),
        _ => None,
    });
    assert_eq!(actors.collect::<Vec<_>>(), ["serveur", "client"]);
}
