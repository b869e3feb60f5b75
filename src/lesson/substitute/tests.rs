use crate::lesson::model::{Block, Expected, Inline, Item, Lesson, Range, Subject};
use crate::lesson::parse::parse;
use crate::lesson::substitute::{self, Ports};

const LESSON: &str = r#"+++
format = 1
numero = 1
slug = "un"
titre = "Le port {port}"
resume = "x"
minutes = 10
acteurs = ["serveur"]
port = 3001
autres_ports = [4001, 47371]
objectifs = ["écouter sur {port}"]
+++

## Un

Le port {port}, soit 3001, et `4001`, pas 30010.

```c serveur
struct sockaddr_in a = { .sin_port = htons(3001), .sin_addr.s_addr = 0 };   // => ... 
int b = {port} + 0xbb9 + 4001 + 5;
ntohs(a.sin_port);   // => 3001
ntohs(a.sin_port);   // => 3001..4000
send(b, "h:3001 \n3001", strlen("3001"), 0);
```

```etat
port 3001 LISTEN local 127.0.0.1:{port} distant *:4001
port 47371 aucun
```

```question
enonce = "{port} ?"
choix = ["3001", "2"]
reponse = 1
pourquoi = "3001"
si_2 = "4001"
```

## Fin

```c programme serveur
#define PORT 3001
```

```text
3001
```
"#;

fn played(port: u16, others: &[u16]) -> Lesson {
    let lesson = parse(LESSON).unwrap();
    let ports = Ports::new(&lesson, port, others);
    substitute::lesson(lesson, &ports)
}

fn sources(lesson: &Lesson) -> Vec<String> {
    let Item::Code(script) = &lesson.steps[0].items[1] else { panic!() };
    script.lines.iter().map(|line| line.statement.source.clone()).collect()
}

#[test]
fn ports_are_replaced_in_the_code_and_in_its_tree() {
    let lesson = played(5000, &[6000]);
    assert_eq!(
        sources(&lesson),
        [
            "struct sockaddr_in a = { .sin_port = htons(5000), .sin_addr.s_addr = 0 };",
            "int b = 5000 + 5000 + 6000 + 5;",
            "ntohs(a.sin_port);",
            "ntohs(a.sin_port);",
            "send(b, \"h:5000 \\n5000\", strlen(\"5000\"), 0);",
        ]
    );
    let tree = format!("{:?}", lesson.steps[0].items[1]);
    assert!(!tree.contains("Integer(3001)") && !tree.contains("{port}") && tree.contains("Integer(5000)"));
    let Item::Code(script) = &lesson.steps[0].items[1] else { panic!() };
    assert_eq!(script.lines[2].expectation.result, Expected::Number(Range::exactly(5000)));
    assert_eq!(script.lines[3].expectation.result, Expected::Number(Range { from: 3001, to: 4000 }));
}

#[test]
fn texts_follow() {
    let lesson = played(5000, &[6000]);
    assert_eq!(lesson.title, "Le port 5000");
    let Item::Prose(blocks) = &lesson.steps[0].items[0] else { panic!() };
    let Block::Paragraph(inlines) = &blocks[0] else { panic!() };
    assert_eq!(inlines[0], Inline::Text("Le port 5000, soit 5000, et ".into()));
    assert_eq!(inlines[1], Inline::Code("6000".into()));
    assert_eq!(inlines[2], Inline::Text(", pas 30010.".into()));
    assert_eq!(lesson.programs[0].source, "#define PORT 5000\n");
    let Item::Question(question) = &lesson.steps[0].items[3] else { panic!() };
    assert_eq!((question.statement.as_str(), question.choices[0].as_str()), ("5000 ?", "5000"));
    assert_eq!(question.wrong[&1], "6000");
}

#[test]
fn states_follow_and_swapped_ports_stay_swapped() {
    let lesson = played(5000, &[6000]);
    let Item::State(lines) = &lesson.steps[0].items[2] else { panic!() };
    assert_eq!(lines[0].source, "port 5000 LISTEN local 127.0.0.1:5000 distant *:6000");
    let Subject::Port { port, details, .. } = &lines[0].subject else { panic!() };
    assert_eq!((*port, details.local.unwrap().port, details.remote.unwrap().port), (5000, Some(5000), Some(6000)));
    assert_eq!(lines[1].subject, Subject::NoPort { port: 5000_u16.swap_bytes(), state: None });
    assert_eq!((lesson.port, lesson.other_ports.as_slice()), (Some(5000), [6000, 5000_u16.swap_bytes()].as_slice()));
    assert_eq!(Ports::others_needed(&lesson), 1);
}

#[test]
fn the_same_ports_still_replace_the_mark() {
    let lesson = parse(LESSON).unwrap();
    let ports = Ports::unchanged(&lesson);
    let lesson = substitute::lesson(lesson, &ports);
    assert_eq!(lesson.title, "Le port 3001");
    assert_eq!(sources(&lesson)[1], "int b = 3001 + 0xbb9 + 4001 + 5;");
}

/// One port in every place that may hold one.
const EVERYWHERE: &str = r#"+++
format = 1
numero = 1
slug = "un"
titre = "Le port 3001"
resume = "Avec 3001"
minutes = 10
acteurs = ["serveur"]
port = 3001
autres_ports = [4001]
objectifs = ["3001", "4001"]
+++

## De 3001 à 4001 {#un}

Un 3001, `3001`, **4001**, *3001*.

> 3001

- 4001
- 3001

```c exemple
htons(3001);
```

```http
Host: a:3001
```

```indice
Le port 3001.
```

```c serveur
char *t = "3001"; int n[2] = { 3001, 4001 }; struct sockaddr_in a = { .sin_port = htons(3001) };
*(t + 3001) = t[3001] + (char)-3001 + ~3001 + sizeof(3001) + *&n[4001 - 3001];  // 3001
(&a)->sin_port = 3001; a.sin_port = 4001;
ntohs(3001); // => 3001 si ipv6, sinon 4001
recv(3, t, 4, 0); // => "3001"
recv(3, t, 4, 0); // => 4 "3001"
recv(3, t, 4, 0); // => commence "3001", contient "4001", contient sans casse "3001"
recv(3, t, 4, 0); // => bloque, puis 4 "3001"
recv(3, t, 4, 0); // => jusqu'à "\n" "3001"
inet_ntoa(a.sin_addr); // => "3001"
```

```octets serveur
*(t + 3001)
```

```etat
serveur fd 3 ESTABLISHED local *:3001 distant *:4001
port 4001 ESTABLISHED local *:4001 distant *:3001
port 3001 aucun LISTEN
```

```question
enonce = "3001 ?"
choix = ["3001", "4001"]
reponse = 1
pourquoi = "3001"
si_2 = "3001"
```

## Programmes

```c programme serveur
#define PORT 3001
```

## À retenir

- 3001
- `4001`
- 3001

## À vous

Sur 3001.

```console
$ nc 127.0.0.1 3001
```
"#;

const CHECKS: &str = r#"+++
format = 1
exercice = 7
titre = "Sur 3001"
points = 1
port = 3001
autres_ports = [4001]
acteurs = ["client"]

[programmes.serveur]
commande = ["3001", "-x", "4001"]
+++

## Un {#un}

```etape
points = 1
```

```lancer serveur
-p 3001
```

```attendre serveur
bind port 3001
accept
```

```clavier serveur
3001
4001
```

```sortie serveur
écoute sur 3001
sans "4001"
```

```c client fois 3
htons(3001);
```
"#;

#[test]
fn a_lesson_is_as_if_written_with_the_ports_that_are_played() {
    for text in [EVERYWHERE, CHECKS] {
        let written = parse(&text.replace("3001", "5001").replace("4001", "6001")).unwrap();
        let lesson = parse(text).unwrap_or_else(|problems| panic!("{problems:?}"));
        let ports = Ports::new(&lesson, 5001, &[6001]);
        assert_eq!(substitute::lesson(lesson, &ports), written);
    }
}

#[test]
fn each_other_port_that_is_not_the_own_one_swapped_needs_a_free_one() {
    let mut lesson = parse(LESSON).unwrap();
    for (own, others, needed) in [
        (Some(3001), &[][..], 0),
        (Some(3001), &[47371], 0),
        (Some(3001), &[4001, 47371, 4002], 2),
        (Some(3001), &[4001, 4002, 4003], 3),
        (None, &[47371], 1),
    ] {
        (lesson.port, lesson.other_ports) = (own, others.to_vec());
        assert_eq!(Ports::others_needed(&lesson), needed, "{own:?} {others:?}");
    }
}
