//! The pages in the program are right, and each fault that a page may have is seen, at its place.

use std::fs;
use std::path::Path;

use super::book::{Book, File, PageError, missing};
use super::entry::Chapter;
use super::place::Place;
use crate::finding::Id;
use crate::lesson::position::Lines;
use crate::lesson::problem::{FrontFault, LayoutFault, MarkdownFault, PageFault, Problem, ProblemKind, Unknown};

fn shipped() -> Vec<File> {
    Book::default().files().expect("files in the program")
}

fn unknown(name: &str, near: Option<&str>) -> Unknown {
    Unknown { name: name.to_owned(), near: near.map(str::to_owned) }
}

#[test]
fn the_pages_of_the_program_can_be_read_and_none_is_missing() {
    let files = shipped();
    assert!(files.len() > 130, "{}", files.len());
    for file in &files {
        assert_eq!(file.problems(), [], "{}", file.path.display());
        assert_eq!(Path::new("lessons").join(file.place.path()), file.path);
    }
    assert_eq!(missing(&files), []);
}

#[test]
fn a_name_without_a_page_or_an_entry_is_seen() {
    for (path, name) in
        [(ACCEPT, "accept"), (HTONS, "missing-htons"), (ERRORS, "EPERM"), (STATES, "LISTEN"), (TRACED, "accept4")]
    {
        let mut files = shipped();
        files.retain(|file| !file.path.ends_with(path));
        assert!(missing(&files).iter().any(|one| one.0 == name && one.1.ends_with(path)), "{path}");
    }
    let mut files = shipped();
    for (path, heading) in [(ERRORS, "## EPERM\n"), ("dictionnaire/signaux.md", "## SIGPIPE\n")] {
        let file = files.iter_mut().find(|file| file.path.ends_with(path)).expect("a chapter");
        let text = file.text().into_owned();
        let start = text.find(heading).expect("its entry");
        let end = text[start + 3..].find("\n## ").expect("another entry") + start + 4;
        file.bytes = [&text[..start], &text[end..]].concat().into_bytes().into();
        assert_eq!(file.problems(), []);
    }
    let names: Vec<&str> = missing(&files).into_iter().map(|one| one.0).collect();
    assert_eq!(names, ["EPERM", "SIGPIPE"]);
}

/// Every text of the pages, and where it is.
fn texts() -> Vec<(String, String)> {
    let book = Book::default();
    let mut texts = Vec::new();
    for call in book.calls().expect("read") {
        let rows = call.parameters.iter().chain(&call.errors).map(|row| row.1.clone());
        texts.extend(rows.chain([call.does, call.returns, call.sleeps]).map(|text| (call.name.clone(), text)));
    }
    for entry in Chapter::ALL.into_iter().flat_map(|chapter| book.chapter(chapter).expect("read")) {
        texts.extend(entry.paragraphs.into_iter().chain([entry.name.clone()]).map(|text| (entry.name.clone(), text)));
    }
    for id in Id::all() {
        let page = book.finding(id).expect("read");
        let parts = [page.title, page.happened, page.why, page.instead, Some(page.spared)];
        texts.extend(parts.into_iter().flatten().map(|text| (id.name().to_owned(), text)));
    }
    texts
}

/// Finer than what `lint` asks of authors: the text is exact to the space.
#[test]
fn french_is_set_as_it_should_be() {
    let texts = texts();
    assert!(texts.len() > 1300, "{}", texts.len());
    for (place, text) in texts {
        let outside: String = text.split('`').step_by(2).collect::<Vec<_>>().join("x");
        for wrong in ["\x20:", "\x20;", "\x20!", "\x20?", "«\x20", "\x20»", "\x27", "\x20\x20"] {
            assert!(!outside.contains(wrong), "{place}: {wrong:?} in {text}");
        }
        assert!(text.matches('`').count().is_multiple_of(2), "{place}: {text}");
        for banned in ["simplement", "il suffit", "suffit de", "videmment"] {
            assert!(!text.contains(banned), "{place}: {banned} in {text}");
        }
    }
}

/// What is found in a page of the program once `from` is `to`: the text of each line, and the fault there.
fn faults((path, from, to): (&str, &str, &str)) -> Vec<(String, ProblemKind)> {
    let files = shipped();
    let file = files.iter().find(|file| file.path.ends_with(path)).unwrap_or_else(|| panic!("no {path}"));
    let text = file.text();
    assert!(text.contains(from), "{path} has no {from:?}");
    let text = text.replacen(from, to, 1);
    let lines = Lines::new(&text);
    let line = |problem: &Problem| lines.text(lines.position(problem.span.start).line).to_owned();
    file.place.problems(text.as_bytes()).into_iter().map(|problem| (line(&problem), problem.kind)).collect()
}

/// One fault, on a line that holds this.
fn assert_fault(spoiling: (&str, &str, &str), line: &str, kind: impl Into<ProblemKind>) {
    let found = faults(spoiling);
    let kinds: Vec<&ProblemKind> = found.iter().map(|one| &one.1).collect();
    assert_eq!(kinds, [&kind.into()], "{spoiling:?}");
    assert!(found[0].0.contains(line), "{spoiling:?}: {}", found[0].0);
}

const ACCEPT: &str = "appels/accept.md";
const SOCKET: &str = "appels/socket.md";
const HTONS: &str = "constats/missing-htons.md";
const ERRORS: &str = "dictionnaire/erreurs.md";
const STATES: &str = "dictionnaire/etats.md";
const TRACED: &str = "dictionnaire/appels-traces.md";

#[test]
fn names_that_are_not_those_of_the_vocabulary_are_seen() {
    let parameters = || PageFault::Parameters { wanted: ["fd", "addr", "addrlen"].map(str::to_owned).to_vec() };
    assert_fault((ACCEPT, "- `addr`", "- `adresse`"), "Paramètres", parameters());
    assert_fault((ACCEPT, "int fd,", "int socket,"), "Paramètres", parameters());
    let signature = || PageFault::Signature("accept".to_owned());
    assert_fault((ACCEPT, "int accept(", "int acept("), "c", signature());
    assert_fault((ACCEPT, "addrlen);", "addrlen)"), "c", signature());
    let error = PageFault::UnknownName(unknown("EINVALL", Some("EINVAL")));
    assert_fault((ACCEPT, "- `EINVAL`", "- `EINVALL`"), "Erreurs fréquentes", error);
    let sleeps = ("## Erreurs", "## Quand il bloque\n\nIl dort.\n\n## Erreurs");
    let never = PageFault::NeverSleeps("socket".to_owned());
    assert_fault((SOCKET, sleeps.0, sleeps.1), "Quand il bloque", never);
    let errno = PageFault::UnknownName(unknown("EPERMM", Some("EPERM")));
    assert_fault((ERRORS, "## EPERM\n", "## EPERMM\n"), "EPERMM", errno);
    assert_fault((ERRORS, "## ENOENT\n", "## EPERM\n"), "EPERM", PageFault::Twice("EPERM".to_owned()));
    let state = PageFault::UnknownName(unknown("LISTENING", Some("LISTEN")));
    assert_fault((STATES, "## LISTEN\n", "## LISTENING\n"), "LISTENING", state);
}

#[test]
fn a_section_that_is_missing_unknown_or_there_twice_is_seen() {
    let missing = PageFault::MissingSection("Résultat");
    let found: Vec<ProblemKind> = faults((ACCEPT, "## Résultat", "## Resultat")).into_iter().map(|one| one.1).collect();
    let unknown_one = PageFault::UnknownSection(unknown("Resultat", Some("Résultat")));
    assert_eq!(found, [missing.into(), unknown_one.into()]);
    assert_fault((HTONS, "## Pourquoi", "## À écrire"), "À écrire", PageFault::Twice("À écrire".to_owned()));
    let bare = ("## Jamais dit\n", "## Jamais dit\n\n## Jamais dit\n");
    let found = faults((HTONS, bare.0, bare.1));
    assert!(found.iter().any(|one| one.1 == PageFault::MissingText.into()), "{found:?}");
    assert_fault((HTONS, "## Pourquoi", "##"), "", LayoutFault::EmptyTitle);
}

#[test]
fn prose_that_would_not_be_shown_as_it_is_written_is_seen() {
    let of = |to: &'static str| (SOCKET, "Demande au noyau", to);
    assert_fault(of("**Demande** au noyau"), "**Demande**", PageFault::Styled("Demande".to_owned()));
    assert_fault(of("Demande ` au noyau"), "Demande `", PageFault::Backquote);
    assert_fault(of("Demande [au](x) noyau"), "Demande [", MarkdownFault::Link);
    assert_fault(of("Demande\n\nau noyau"), "+++", PageFault::TooManyParagraphs { most: 1 });
    assert_fault(of("> Demande au noyau"), "> Demande", PageFault::NotAParagraph);
    let row = ("- `fd`\u{a0}: le socket d’écoute\n", "- fd, le socket\n");
    let found = faults((ACCEPT, row.0, row.1));
    assert!(found.iter().any(|one| one.1 == PageFault::BadRow("fd, le socket".to_owned()).into()), "{found:?}");
    assert_fault((ACCEPT, "## Résultat\n", "## Résultat\n\n```c\n;\n```\n"), "c", PageFault::OutOfPlace);
    assert_fault(
        (ACCEPT, "## Erreurs fréquentes\n", "## Erreurs fréquentes\n\nVoici.\n\n"),
        "Voici",
        PageFault::NotAList,
    );
    assert_fault((ERRORS, "format = 1\n+++\n", "format = 1\n+++\n\nVoici.\n"), "+++", PageFault::OutOfPlace);
    let course = "Il y entre par `listen`, et y reste jusqu’à `close`, quel que soit le nombre de clients.\n";
    assert_fault((STATES, course, ""), "LISTEN", PageFault::TooFewParagraphs { least: 2 });
    assert_fault((STATES, course, "Un.\n\nDeux.\n"), "LISTEN", PageFault::TooManyParagraphs { most: 2 });
}

#[test]
fn a_severity_that_is_not_that_of_the_table_is_seen() {
    for other in ["conseil", "grave", "défauts"] {
        let line = format!("gravite = \"{other}\"");
        assert_fault((HTONS, "gravite = \"défaut\"", &line), &line, PageFault::Severity { wanted: "défaut" });
    }
    for id in Id::all() {
        let file = Book::default().files().expect("files").into_iter().find(|file| file.place == Place::Finding(id));
        let line = format!("\ngravite = \"{}\"\n", super::keywords::severity(id.severity()));
        assert!(file.is_some_and(|file| file.text().contains(&line)), "{}", id.name());
    }
}

#[test]
fn a_program_that_is_missing_or_badly_marked_is_seen() {
    let marks = || PageFault::Marks { first: "/* >>> */", last: "/* <<< */" };
    assert_fault((HTONS, "    /* >>> */\n", ""), "c", marks());
    assert_fault((HTONS, "    /* <<< */\n", "    /* <<< */\n    /* <<< */\n"), "c", marks());
    assert_fault((HTONS, "## La correction\n", "## La correction\n\nVoici.\n"), "Voici", PageFault::OutOfPlace);
    let shown = |name: &str| PageFault::UnknownBlock { name: name.to_owned(), wanted: "c".to_owned() };
    let found = faults((HTONS, "```c\n", "```java\n"));
    let kinds: Vec<&ProblemKind> = found.iter().map(|one| &one.1).collect();
    assert!(kinds.contains(&&shown("java").into()) && kinds.contains(&&PageFault::MissingCode.into()), "{found:?}");
    let two = ("## La correction\n", "```c\n;\n```\n\n## La correction\n");
    assert_fault((HTONS, two.0, two.1), "c", PageFault::Twice("c".to_owned()));
    let found = faults((HTONS, "## La correction", "## L’erreur"));
    assert!(found.iter().any(|one| one.1 == PageFault::MissingSection("La correction").into()), "{found:?}");
}

#[test]
fn front_matter_and_cards_are_held() {
    let range = |key: &str| FrontFault::OutOfRange { key: key.to_owned(), from: 0, to: 23 };
    assert_fault((ACCEPT, "lecons = [5]", "lecons = [24]"), "lecons", range("lecons"));
    let key = FrontFault::UnknownKey(unknown("lessons", Some("lecons")));
    assert_fault((ACCEPT, "lecons = [5]", "lessons = [5]"), "lessons", key);
    assert_fault((ACCEPT, "format = 1\n", ""), "+++", FrontFault::MissingKey("format"));
    assert_fault((ACCEPT, "format = 1\n", "format = 2\n"), "format", FrontFault::UnknownFormat(2));
    assert_fault((ERRORS, "lecons = [22]", "lecons = [24]"), "lecons", range("lecons"));
    let key = FrontFault::UnknownKey(unknown("alias", None));
    assert_fault((ERRORS, "lecons = [22]", "alias = [\"x\"]"), "alias", key);
    assert_fault((TRACED, "manuel = \"accept4(2)\"\n", ""), "fiche", FrontFault::MissingKey("manuel"));
    let block = PageFault::UnknownBlock { name: "carte".to_owned(), wanted: "fiche".to_owned() };
    assert_fault((ERRORS, "```fiche", "```carte"), "carte", block);
    let two = ("```\n", "```\n\n```fiche\nlecons = []\n```\n");
    assert_fault((ERRORS, two.0, two.1), "fiche", PageFault::Twice("fiche".to_owned()));
    assert_fault((HTONS, "lecons = [2, 3]\n", ""), "+++", FrontFault::MissingKey("lecons"));
}

#[test]
fn a_page_for_what_does_not_exist_is_seen() {
    for (path, name, near) in [
        ("lessons/constats/missing-hton.md", "missing-hton", Some("missing-htons")),
        ("lessons/dictionnaire/erreur.md", "erreur", Some("erreurs")),
        ("constats/xyz.md", "xyz", None),
    ] {
        let place = Place::of(Path::new(path)).expect("a place");
        assert_eq!(place, Place::Unknown(unknown(name, near)), "{path}");
        let kinds: Vec<ProblemKind> = place.problems(b"").into_iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [PageFault::UnknownName(unknown(name, near)).into()]);
    }
    let place = Place::of(Path::new("dictionnaire/appels/acept.md")).expect("a place");
    let kinds: Vec<ProblemKind> = place.problems(b"+++\nformat = 1\n+++\n").into_iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [PageFault::UnknownName(unknown("acept", Some("accept"))).into()]);
    for path in ["lessons/05-accept.md", "accept.md", "appels/accept.md", "constats/readme/x.md"] {
        assert_eq!(Place::of(Path::new(path)), None, "{path}");
    }
}

#[test]
fn no_bytes_make_it_panic() {
    for file in shipped() {
        let bytes = file.bytes.as_ref();
        for length in (0..bytes.len()).step_by(bytes.len() / 8 + 1) {
            let _ = file.place.problems(&bytes[..length]);
            let _ = file.place.problems(&bytes[length..]);
        }
    }
}

/// A folder of lessons that holds this page.
fn folder(path: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("created");
    fs::write(path, text).expect("written");
    folder
}

#[test]
fn a_page_of_a_folder_takes_the_place_of_that_of_the_program() {
    let text = "+++\nformat = 1\n+++\n\n## EPERM\n\nRefusé.\n";
    let folder = folder(ERRORS, text);
    let book = Book::new(Some(folder.path()));
    let entry = |name| book.entry(Chapter::Errnos, name).expect("read").expect("there");
    assert_eq!(entry("EPERM").paragraphs, ["Refusé."]);
    assert_ne!(entry("ENOENT").paragraphs, Vec::<String>::new());
    assert_eq!(book.chapter(Chapter::Errnos).expect("read").len(), Chapter::Errnos.names().len());
    let own: Vec<_> = book.files().expect("read").into_iter().map(|file| file.place).collect();
    assert_eq!(own, [Place::Chapter(Chapter::Errnos)]);
}

#[test]
fn a_folder_may_add_a_word() {
    let text = "+++\nformat = 1\n+++\n\n## truc\n\nUn mot du cours.\n";
    let folder = folder("dictionnaire/mots.md", text);
    let words = Book::new(Some(folder.path())).chapter(Chapter::Words).expect("read");
    assert_eq!(words.last().map(|word| word.meaning().to_owned()).as_deref(), Some("Un mot du cours."));
    assert_eq!(words.len(), Book::default().chapter(Chapter::Words).expect("read").len() + 1);
}

#[test]
fn a_broken_page_of_a_folder_is_an_error_and_the_others_are_read() {
    let folder = folder("dictionnaire/appels/accept.md", "+++\nformat = 1\n");
    let book = Book::new(Some(folder.path()));
    let Err(PageError::Wrong { file, problems }) = book.call("accept") else { panic!("accept was read") };
    assert!(file.path.starts_with(folder.path()));
    assert_eq!(problems.len(), 1);
    assert!(book.call("bind").expect("read").is_some());
}

#[test]
fn a_part_that_the_program_composes_is_refused_and_one_that_it_leaves_is_wanted() {
    let shipped = shipped();
    let file = shipped.iter().find(|file| file.place == Place::Finding(Id::AcceptAddrlen)).expect("a page");
    let with = |from: &str, to: &str| {
        let text = file.text().replacen(from, to, 1);
        let file = File { bytes: text.into_bytes().into(), ..file.clone() };
        file.problems().into_iter().map(|one| one.kind).collect::<Vec<_>>()
    };
    assert_eq!(with("## Jamais", "## Jamais"), []);
    let composed = PageFault::ComposedPart("Pourquoi");
    assert_eq!(with("## Jamais", "## Pourquoi\n\nParce que.\n\n## Jamais"), [composed.into()]);
    let file = shipped.iter().find(|file| file.place == Place::Finding(Id::MissingHtons)).expect("a page");
    let title = file.text().lines().find(|line| line.starts_with("titre")).expect("a title").to_owned();
    let file = File { bytes: file.text().replace(&title, "").into_bytes().into(), ..file.clone() };
    let kinds: Vec<ProblemKind> = file.problems().into_iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [PageFault::MissingPart("titre").into()]);
}
