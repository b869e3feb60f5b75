use crate::lesson::parse::parse;
use crate::lesson::problem::{ProblemKind, ScopeFault, Unknown};
use crate::syscall::ast::Span;
use crate::syscall::parse::SyntaxKind;

fn faults(body: &str) -> Vec<ProblemKind> {
    found(body).into_iter().map(|(_, kind)| kind).collect()
}

/// What each problem points at, and what it is.
fn found(body: &str) -> Vec<(String, ProblemKind)> {
    let front = "+++\nformat = 1\nnumero = 1\nslug = \"x\"\ntitre = \"x\"\nresume = \"x\"\nminutes = 10\n\
                 acteurs = [\"a\", \"b\", \"enfant\", \"fil\"]\nport = 3001\nobjectifs = [\"x\"]\n+++\n\n## Un\n\n";
    let blocks: String = body
        .split("\n\n")
        .map(|block| match block.split_once(": ") {
            Some((actor, code)) => format!("```c {actor}\n{code}\n```\n\n"),
            None => panic!("{block}"),
        })
        .collect();
    let text = format!("{front}{blocks}");
    let problems = parse(&text).err().unwrap_or_default();
    let pointed = |span: Span| text[span.start..span.end].to_owned();
    problems.into_iter().map(|problem| (pointed(problem.span), problem.kind)).collect()
}

#[test]
fn a_problem_points_at_what_is_wrong() {
    for (body, pointed) in [
        ("a: struct sockaddr_in s; s.sin6_port = 1;", "sin6_port"),
        ("a: struct sockaddr_in *s; s->sin6_port = 1;", "sin6_port"),
        ("a: struct sockaddr_in *s; s.sin_port = 1;", "s.sin_port"),
        ("a: struct sockaddr_in s; s->sin_port = 1;", "s->sin_port"),
        ("a: int x; x->sin_port = 1;", "x"),
        ("a: int x; x.sin_port = 1;", "x.sin_port"),
        ("a: char t[4]; t[4] = 1;", "4"),
        ("a: int number; number[0] = 1;", "number"),
        ("a: int number; *number = 1;", "number"),
        ("a: int p = 1 + {prot};", "{prot}"),
        ("a: close(server_fd);", "server_fd"),
    ] {
        let places: Vec<String> = found(body).into_iter().map(|(place, _)| place).collect();
        assert_eq!(places, [pointed], "{body}");
    }
}

#[test]
fn names_that_are_known() {
    for body in [
        "a: int x = 1;\nx = x + 1;\n\nb: int x = 2;",
        "a: int x = 1;\npid_t p = fork(); // => pid enfant, naît enfant\n\nenfant: x = p;\nint y = 2;\n\na: int y = 3;",
        "a: int x = 1; pthread_t t;\npthread_create(&t, NULL, f, NULL); // => 0, naît fil\n\n\
         fil: x = 2; int n = x;\n\na: int z = 4;\n\nfil: z = 5;",
        "a: pid_t p = fork(); // => pid, naît c\n\nc: exit(0); // => fin 0",
        "a: struct addrinfo *r; getaddrinfo(NULL, \"1\", NULL, &r);\n\
         connect(3, r->ai_addr, r->ai_addrlen); ((struct sockaddr_in *)r->ai_addr)->sin_port = 1;",
        "a: char t[4]; t[3] = 'a'; *t = 1; char *p = t + 1; p[9] = 0; struct pollfd f[2]; f[1].fd = 3; f->fd = 2;",
        "a: int e = errno; int p = {port};",
        "a: char t[4]; *(t + 1) = 'a'; *(1 + t) = 'b'; char *p = t; *(p + 1) = 'c'; *(1 + p) = 'd'; (t + 1)[2] = 'e';",
        "a: int x = 1; *&x = 2; (&x)[0] = 3; *strerror(1) = 'a'; *\"abc\" = 'b'; ((struct addrinfo *)0)->ai_family = 1;",
        "a: char *p[2]; *p[1] = 'a'; **p = 'b'; struct sockaddr_in s; (&s)->sin_port = -s.sin_port; (*&s).sin_port = 1;",
        "a: struct sockaddr_in s; s.sin_addr.s_addr = 0; memset(s.sin_zero, 0, sizeof s.sin_zero);",
    ] {
        assert_eq!(faults(body), [], "{body}");
    }
}

#[test]
fn names_that_are_not() {
    use ScopeFault as F;
    let unknown = |name: &str, near: Option<&str>, actor: &str| {
        let unknown = Unknown { name: name.into(), near: near.map(str::to_owned) };
        F::UnknownVariable { unknown, actor: actor.into() }
    };
    for (body, expected) in [
        ("a: x = 1;", unknown("x", None, "a")),
        ("a: int server_fd;\n\nb: close(server_fd);", unknown("server_fd", None, "b")),
        ("a: int server_fd; close(sever_fd);", unknown("sever_fd", Some("server_fd"), "a")),
        ("a: int x; int x;", F::AlreadyDeclared { name: "x".into(), actor: "a".into() }),
        (
            "a: int x; pthread_t t; pthread_create(&t, NULL, f, NULL); // => 0, naît fil\n\nfil: int x;",
            F::AlreadyDeclared { name: "x".into(), actor: "fil".into() },
        ),
        ("enfant: getpid();\n\na: fork(); // => pid, naît enfant", F::NotYetBorn("enfant".into())),
        ("a: fork(); // => pid, naît enfant\nfork(); // => pid, naît enfant", F::BornTwice("enfant".into())),
        ("a: close(3); // => 0, naît enfant", F::CannotGiveBirth),
        ("a: int x; x.sin_port = 1;", F::NotARecord { ctype: "int".into() }),
        ("a: struct addrinfo *r; int f = r.ai_family;", F::UseArrow),
        ("a: struct addrinfo r; int f = r->ai_family;", F::UseDot),
        ("a: int x; *x = 1;", F::NotAPointer { ctype: "int".into() }),
        ("a: int x; x[0] = 1;", F::NotAnArray { ctype: "int".into() }),
        ("a: char t[4]; t[4] = 1;", F::IndexOutOfBounds { size: 4 }),
        ("a: char t[4]; t = \"abc\";", F::AssignsArray),
        ("a: void *p = NULL; *p = 1;", F::NotAPointer { ctype: "void *".into() }),
        ("a: void *p = NULL; p[0] = 1;", F::NotAnArray { ctype: "void *".into() }),
        ("a: char *p; p.sin_port = 1;", F::NotARecord { ctype: "char *".into() }),
        ("a: char *p; p->sin_port = 1;", F::NotARecord { ctype: "char".into() }),
        ("a: int x; x->sin_port = 1;", F::NotAPointer { ctype: "int".into() }),
        ("a: char t[4]; *(t - t) = 1;", F::NotAPointer { ctype: "long".into() }),
        ("a: *strstr(\"a\", \"b\") = 1;", F::NotAPointer { ctype: "void *".into() }),
        ("a: *htons(1) = 1;", F::NotAPointer { ctype: "long".into() }),
        ("a: *sizeof(int) = 1;", F::NotAPointer { ctype: "size_t".into() }),
        ("a: int x; *sizeof x = 1;", F::NotAPointer { ctype: "size_t".into() }),
        ("a: *AF_INET = 1;", F::NotAPointer { ctype: "long".into() }),
        ("a: *errno = 1;", F::NotAPointer { ctype: "int".into() }),
        ("a: *{port} = 1;", F::NotAPointer { ctype: "int".into() }),
        ("a: int p = {prot};", F::UnknownNumber(Unknown { name: "prot".into(), near: Some("port".into()) })),
        ("a: char t[4]; t[x] = 1;", unknown("x", None, "a")),
        ("a: htons(x);", unknown("x", None, "a")),
        ("a: int y = (int)x;", unknown("x", None, "a")),
        ("a: int y = 1 + ~x;", unknown("x", None, "a")),
        (
            "a: int x; pthread_t t; pthread_create(&t, NULL, f, NULL); // => 0, naît fil\n\nfil: y = 1;\nint y;",
            unknown("y", None, "fil"),
        ),
        (
            "a: pthread_t t; pthread_create(&t, NULL, f, NULL); // => 0, naît fil\n\
             pthread_create(&t, NULL, f, NULL); // => 0, naît fil",
            F::BornTwice("fil".into()),
        ),
    ] {
        assert_eq!(faults(body), [ProblemKind::Scope(expected)], "{body}");
    }
}

#[test]
fn a_field_of_another_structure_is_refused() {
    let found = faults("a: struct sockaddr_in s; s.sin6_port = 1;");
    let [ProblemKind::Syntax(SyntaxKind::UnknownField { record, near, .. })] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!((record.as_deref(), near.as_deref()), (Some("struct sockaddr_in"), Some("sin_port")));
}

#[test]
fn what_a_wrong_declaration_declared_is_not_unknown() {
    let found = faults("a: int fd = sokcet(AF_INET, SOCK_STREAM, 0);\nclose(fd);");
    assert_eq!(found.len(), 1, "{found:?}");
}

fn found_in(text: &str) -> Vec<ProblemKind> {
    parse(text).err().unwrap_or_default().into_iter().map(|problem| problem.kind).collect()
}

const CHECKS: &str = "+++\nformat = 1\nexercice = 7\ntitre = \"x\"\npoints = 1\nport = 3001\nacteurs = [\"a\"]\n\n\
    [programmes.serveur]\ncommande = [\"{port}\"]\n\n[tirages]\nn = \"3..6\"\nmot = \"mot\"\n+++\n\n\
    ## Préparation\n\n```c a\nint x = 1;\n```\n\n## Un {#un}\n\n```etape\npoints = 1\n```\n\n";

#[test]
fn a_repeated_block_declares_nothing_and_is_read() {
    let repeat = |code: &str| found_in(&format!("{CHECKS}```c a fois 2\n{code}\n```\n"));
    assert_eq!(repeat("x = 2;"), []);
    assert_eq!(repeat("int y = 2;"), [ProblemKind::Scope(ScopeFault::DeclaredInRepeat)]);
    assert!(matches!(
        repeat("close(y);").as_slice(),
        [ProblemKind::Scope(ScopeFault::UnknownVariable { actor, .. })] if actor == "a"
    ));
}

#[test]
fn a_step_of_checks_knows_the_preparation_and_no_other_step() {
    let two = format!(
        "{CHECKS}```c a\nint y = x;\n```\n\n## Deux {{#deux}}\n\n```etape\npoints = 1\n```\n\n```c a\nint y = x;\n```\n"
    );
    let points = two.replacen("points = 1\nport", "points = 2\nport", 1);
    assert_eq!(found_in(&points), []);
}

#[test]
fn what_is_shown_byte_by_byte_is_known() {
    let shown = |name: &str| {
        let front = "+++\nformat = 1\nnumero = 1\nslug = \"x\"\ntitre = \"x\"\nresume = \"x\"\nminutes = 10\n\
                     acteurs = [\"a\"]\nport = 3001\nobjectifs = [\"x\"]\n+++\n\n## Un\n\n";
        found_in(&format!("{front}```c a\nint x = 1;\n```\n\n```octets a\n{name}\n```\n"))
    };
    assert_eq!(shown("x"), []);
    assert!(matches!(shown("y").as_slice(), [ProblemKind::Scope(ScopeFault::UnknownVariable { .. })]));
}
