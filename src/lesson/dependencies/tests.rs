use crate::lesson::parse::parse;
use crate::lesson::problem::{ChecksFault, ProblemKind, Unknown};

const GOOD: &str = "+++
format = 1
exercice = 5
titre = \"Accepter\"
acteurs = [\"client\"]
port = 3001
points = 5
programmes = { serveur = { commande = [\"{port}\"] }, autre = { commande = [\"2\"], rendu = \"serveur\" } }
tirages = { n = \"2..5\", mot = \"mot\" }
+++

## Préparer {#preparation}

```c client
int fd = 3;
char t[9];
```

## Accepter

```etape
points = 2
apres = [\"preparation\"]
pannes = [\"serveur accept:EINTR\", \"autre send:short=1:2\"]
programmes = [\"serveur\"]
```

```c client
send(fd, \"{n}\", 3, 0);    // => \"{mot} {port}\"
```

## Finir

```etape
points = 3
apres = [\"accepter\"]
```

```c client fois 2
recv(fd, t, 3, 0);
```
";

/// What is wrong in the good checks once this text is that one, and the words where it is.
fn found(from: &str, to: &str) -> Vec<(String, ProblemKind)> {
    assert!(GOOD.contains(from), "{from}");
    let text = GOOD.replacen(from, to, 1);
    let problems = parse(&text).err().unwrap_or_default();
    problems.into_iter().map(|problem| (text[problem.span.start..problem.span.end].to_owned(), problem.kind)).collect()
}

fn assert_found(from: &str, to: &str, place: &str, fault: ChecksFault) {
    assert_eq!(found(from, to), [(place.to_owned(), ProblemKind::Checks(fault))], "{to}");
}

fn unknown(name: &str, near: Option<&str>) -> Unknown {
    Unknown { name: name.into(), near: near.map(str::to_owned) }
}

#[test]
fn good_checks_have_no_problem() {
    for (from, to) in [
        ("points = 5", "points = 5"),
        (
            "## Préparer {#preparation}\n\n```c client\nint fd = 3;\nchar t[9];\n```\n\n",
            "## Préparer {#preparation}\n\n```etape\npoints = 0\n```\n\n```c client\nint fd = 3; char t[9];\n```\n\n",
        ),
        ("\"{n}\", 3", "\"{ n} {A} {} {\", 3"),
        ("int fd = 3;", "int fd = {n};"),
    ] {
        assert_eq!(found(from, to), [], "{to}");
    }
}

#[test]
fn the_preparation_comes_first_and_every_other_step_is_worth_something() {
    assert_found(
        "{#preparation}\n",
        "{#preparation}\n\n```etape\npoints = 1\n```\n",
        "Préparer",
        ChecksFault::Preparation,
    );
    let other = found("{#preparation}", "{#autre}");
    assert_eq!(other[0], ("Préparer".to_owned(), ChecksFault::MissingPoints.into()));
    assert_found("points = 3\n", "fois = 2\n", "Finir", ChecksFault::MissingPoints);
    let late = found("points = 3\n", "points = 0\n");
    assert_eq!(late, [("Finir".to_owned(), ChecksFault::MissingPoints.into())]);
    let second = found("## Finir\n\n```etape\npoints = 3\n", "## Finir {#preparation}\n\n```etape\nfois = 2\n");
    assert!(second.contains(&("Finir".to_owned(), ChecksFault::Preparation.into())), "{second:?}");
}

#[test]
fn points_add_up_to_those_of_the_whole() {
    let sum = |declared, found| vec![ChecksFault::PointsSum { declared, found }.into()];
    let kinds = |from, to| found(from, to).into_iter().map(|one| one.1).collect::<Vec<_>>();
    assert_eq!(kinds("points = 5", "points = 6"), sum(6, 5));
    assert_eq!(kinds("points = 3", "points = 4"), sum(5, 6));
    // What is missing elsewhere may be why.
    assert_eq!(kinds("points = 3\n", ""), [ChecksFault::MissingPoints.into()]);
}

#[test]
fn a_fault_is_one_of_a_submitted_program() {
    for fault in [
        "client accept:EINTR",
        "serveur accept",
        "serveur acept:EINTR",
        "accept:EINTR",
        "serveur",
        "serveur getpeername",
    ] {
        let place = format!("\"{fault}\"");
        assert_found("\"serveur accept:EINTR\"", &place, &place, ChecksFault::BadFault(fault.into()));
    }
}

#[test]
fn a_step_comes_after_steps_before_it() {
    for (name, fault) in [
        ("finir", ChecksFault::LaterStep("finir".into())),
        ("accepter", ChecksFault::LaterStep("accepter".into())),
        ("preparatoin", ChecksFault::UnknownStep(unknown("preparatoin", Some("preparation")))),
        // Only a step that comes before is suggested.
        ("finr", ChecksFault::UnknownStep(unknown("finr", None))),
    ] {
        let place = format!("\"{name}\"");
        assert_found("\"preparation\"", &place, &place, fault);
    }
}

#[test]
fn a_step_runs_submitted_programs() {
    assert_found(
        "programmes = [\"serveur\"]",
        "programmes = [\"sevreur\"]",
        "\"sevreur\"",
        ChecksFault::NotAProgram(unknown("sevreur", Some("serveur"))),
    );
    assert_found(
        "programmes = [\"serveur\"]",
        "programmes = [\"client\"]",
        "\"client\"",
        ChecksFault::NotAProgram(unknown("client", None)),
    );
}

#[test]
fn every_mark_is_drawn() {
    let code = "send(fd, \"{n}\", 3, 0);    // => \"{mot} {port}\"";
    for line in [
        "send(fd, \"{mto}\", 3, 0);",
        "send(fd, \"a\" \"b{mto}\", 3, 0);",
        "recv(fd, t, 3, 0);  // => \"{mto}\"",
        "inet_ntoa(((struct sockaddr_in *)&t)->sin_addr);  // => \"{mto}\"",
        "recv(fd, t, 3, 0);  // => 5 \"{mto}\"",
        "recv(fd, t, 3, 0);  // => contient \"{mto}\"",
        "recv(fd, t, 3, 0);  // => contient sans casse \"{mto}\"",
        "recv(fd, t, 3, 0);  // => commence \"{mto}\"",
        "recv(fd, t, 3, 0);  // => commence \"{n}\", contient \"{mto}\"",
        "recv(fd, t, 3, 0);  // => bloque, puis \"{mto}\"",
        "recv(fd, t, 3, 0);  // => jusqu'à la fin \"{mto}\"",
        "recv(fd, t, 3, 0);  // => \"{mto}\" si root, sinon 0",
        "recv(fd, t, 3, 0);  // => 0 si root, sinon \"{mto}\"",
    ] {
        assert_found(code, line, "{mto}", ChecksFault::UnknownDraw(unknown("mto", Some("mot"))));
    }
    assert_found(
        "recv(fd, t, 3, 0);",
        "send(fd, \"{prot}\", 3, 0);",
        "{prot}",
        ChecksFault::UnknownDraw(unknown("prot", Some("port"))),
    );
    // A mark that is not written as it reads is shown with the whole of its note.
    assert_found(
        code,
        "recv(fd, t, 3, 0);  // => \"\\173mto}\"",
        "\"\\173mto}\"",
        ChecksFault::UnknownDraw(unknown("mto", Some("mot"))),
    );
}
