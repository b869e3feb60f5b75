//! The lesson language from the outside: whole files, wrong files, hostile files.

// Helpers of tests fail as tests do.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::{ProptestConfig, any, prop, proptest};
use proptest::test_runner::{FileFailurePersistence, RngSeed};
use socketlab::lesson::parse::{LARGEST, parse, parse_bytes};
use socketlab::lesson::position::Lines;
use socketlab::lesson::problem::MOST_PROBLEMS;
use socketlab::text::problem::report;
use unicode_width::UnicodeWidthStr;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn markdown_files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(here(folder)).unwrap().map(|entry| entry.unwrap().path());
    let is_lesson = |path: &PathBuf| path.extension().is_some_and(|end| end == "md") && !path.ends_with("DECISIONS.md");
    let mut files: Vec<_> = entries.filter(is_lesson).collect();
    files.sort();
    files
}

/// Reads a file as the program would, and checks what holds of every report.
fn check(path: &str, bytes: &[u8]) -> String {
    let Err(problems) = parse_bytes(bytes) else { return String::new() };
    assert!(!problems.is_empty() && problems.len() <= MOST_PROBLEMS);
    if let Ok(text) = std::str::from_utf8(bytes) {
        for problem in &problems {
            let (start, end) = (problem.span.start, problem.span.end);
            assert!(start <= end && text.get(start..end).is_some(), "{problem:?}");
        }
    }
    let text = String::from_utf8_lossy(bytes);
    let report = report(path, &text, &problems);
    for line in report.lines() {
        assert!(line.width() <= 80, "{line}");
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
    report
}

#[test]
fn every_file_of_the_grammar_parses() {
    let files = markdown_files("tests/grammar");
    assert!(files.len() >= 9);
    for file in files {
        assert_eq!(check(&file.display().to_string(), &fs::read(&file).unwrap()), "");
    }
}

#[test]
fn every_lesson_parses() {
    for file in markdown_files("lessons") {
        assert_eq!(check(&file.display().to_string(), &fs::read(&file).unwrap()), "");
    }
}

/// A whole lesson around the middle of a case, unless the case is whole.
fn lesson_around(case: &str) -> String {
    if case.contains("+++") || case.starts_with("FICHIER\n") {
        return case.trim_start_matches("FICHIER\n").to_owned();
    }
    let front = "+++\nformat = 1\nnumero = 1\nslug = \"essai\"\ntitre = \"Essai\"\nresume = \"Un essai.\"\nminutes = 10\n\
                 acteurs = [\"serveur\", \"client\", \"enfant\"]\nport = 3001\nobjectifs = [\"essayer\"]\n+++\n";
    let step = if case.contains("## ") { "" } else { "## Un\n\n" };
    format!("{front}\n{step}{case}")
}

/// `tests/problems/wrong.txt` holds wrong files and, behind `----`, the report of each. `UPDATE_SNAPSHOTS=1` writes them
/// anew.
#[test]
fn wrong_files_are_reported_as_written() {
    let path = here("tests/problems/wrong.txt");
    let expected = fs::read_to_string(&path).unwrap();
    let mut found = String::new();
    let mut count = 0;
    for case in expected.split("====\n").filter(|case| !case.is_empty()) {
        let (input, _) = case.split_once("----\n").unwrap();
        let report = check("essai.md", lesson_around(input).as_bytes());
        assert_ne!(report, "", "nothing is wrong in:\n{input}");
        write!(found, "====\n{input}----\n{report}").unwrap();
        count += 1;
    }
    assert!(count >= 40);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, &found).unwrap();
    }
    assert_eq!(found, expected);
}

#[test]
fn every_problem_of_a_file_is_reported() {
    let text = lesson_around(
        "```c serveur\nint a = sokcet(1, 2, 3);\nlisten(a);\nb = 3;\n```\n\n```etat\nserveur fd x\n```\n",
    );
    assert_eq!(parse(&text).unwrap_err().len(), 4);
}

#[test]
fn positions_are_the_same_with_a_mark_and_carriage_returns() {
    let text = lesson_around("é `à` <b>\n\n```c serveur\nint é = 1;\nclose();   // => ZUT\n```\n");
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let places = |text: &str| -> Vec<_> {
        let lines = Lines::new(text);
        parse(text).unwrap_err().iter().map(|problem| lines.position(problem.span.start)).collect()
    };
    assert_eq!(places(&text), places(&windows));
    assert!(places(&text).len() >= 3);
}

#[test]
fn deep_and_long_files_end_quickly() {
    let many = LARGEST / 48;
    for middle in [
        format!("```c serveur\nint x = {};\n```\n", "(".repeat(many)),
        format!("```c serveur\nint x = {}1;\n```\n", "1+".repeat(many)),
        format!("```c serveur\nint x = {};\n```\n", "{".repeat(many)),
        format!("```c serveur\n{}\n```\n", "x;".repeat(many)),
        format!("```c serveur\n{}\n```\n", "close(3); // => 0\n".repeat(many / 4)),
        format!("```c serveur\n{}\n```\n", "/* a */ close(3); // b\n".repeat(many / 4)),
        format!("```c serveur\n{}\n```\n", "int a;\n".repeat(many / 2)),
        format!("```c serveur\nclose(3); // => {}\n```\n", "0 si root, sinon ".repeat(many / 4)),
        format!("```c serveur\nclose({}3);\n```\n", "a".repeat(many)),
        format!("```etat\n{}```\n", "serveur fd 3\n".repeat(many / 4)),
        format!("```question\nchoix = {}\n```\n", "[".repeat(many)),
        format!("```question\n{}\n```\n", "a.".repeat(many)),
        ">".repeat(many),
        format!("{}x", "> ".repeat(many / 2)),
        format!("{}x", "- ".repeat(many / 2)),
        "*a **b ".repeat(many / 4),
        "[".repeat(many),
        "`a``b".repeat(many / 4),
        "<a ".repeat(many / 4),
        "a\n\n".repeat(many),
        "## Titre\n\nx\n\n".repeat(many / 4),
        "```text\nx\n```\n".repeat(many / 4),
        "```".to_owned(),
    ] {
        let text = lesson_around(&middle);
        assert!(text.len() <= LARGEST, "{}", text.len());
        let start = std::time::Instant::now();
        check("essai.md", text.as_bytes());
        let elapsed = start.elapsed();
        assert!(elapsed.as_secs() < 20, "{elapsed:?} for {}…", middle.chars().take(40).collect::<String>());
    }
}

/// A seeded sample; with `SOCKETLAB_ALL=1`, many more cases, others each time.
fn config(cases: u32) -> ProptestConfig {
    // Failures are kept beside the tests only when somebody commits them.
    let failure_persistence = Some(Box::new(FileFailurePersistence::Off) as _);
    let all = std::env::var_os("SOCKETLAB_ALL").is_some_and(|value| value == "1");
    let (cases, rng_seed) = if all { (cases * 50, RngSeed::Random) } else { (cases, RngSeed::Fixed(3001)) };
    ProptestConfig { cases, failure_persistence, rng_seed, ..ProptestConfig::default() }
}

fn corpus() -> Vec<Vec<u8>> {
    markdown_files("tests/grammar").iter().map(|path| fs::read(path).unwrap()).collect()
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check("a.md", &bytes);
    }

    #[test]
    fn any_text_is_read_without_harm(text in "\\PC{0,300}", c in "[ -~\n]{0,200}") {
        check("a.md", text.as_bytes());
        check("a.md", lesson_around(&text).as_bytes());
        check("a.md", lesson_around(&format!("```c serveur\n{c}\n```\n")).as_bytes());
        check("a.md", lesson_around(&format!("```etat\n{c}\n```\n")).as_bytes());
        check("a.md", lesson_around(&format!("```question\n{c}\n```\n")).as_bytes());
        check("a.md", format!("+++\n{c}\n+++\n{text}").as_bytes());
    }

    #[test]
    fn any_c_like_text_is_read_without_harm(
        words in prop::collection::vec(prop::sample::select(vec![
            "int", "x", "=", ";", "(", ")", "{", "}", "[", "]", ".", "->", ",", "*", "&", "-", "+", "\"a\"", "3001", "0",
            "struct sockaddr_in", ".sin_port", "socket", "AF_INET", "htons", "sizeof", "NULL", "char", "'a'", "// => fd\n",
            "/* c */", "\n", "fork()", "=>", "{port}", "const", "unsigned",
        ]), 0..80)
    ) {
        check("a.md", lesson_around(&format!("```c serveur\n{}\n```\n", words.join(" "))).as_bytes());
    }
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn mutated_lessons_are_read_without_harm(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 1..12),
    ) {
        let corpus = corpus();
        let mut bytes = corpus[which.index(corpus.len())].clone();
        for (place, edit, byte) in edits {
            if bytes.is_empty() {
                break;
            }
            let place = place.index(bytes.len());
            match edit {
                0 => bytes[place] = byte,
                1 => {
                    bytes.remove(place);
                }
                2 => bytes.insert(place, byte),
                _ => bytes.truncate(place),
            }
        }
        check("a.md", &bytes);
        check("a.md", String::from_utf8_lossy(&bytes).as_bytes());
    }
}
