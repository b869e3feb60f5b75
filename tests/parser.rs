//! The lesson language from the outside: whole files.

use std::path::{Path, PathBuf};

use socketlab::lesson::parse::parse_bytes;

fn grammar_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/grammar");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| !path.ends_with("DECISIONS.md")).collect();
    files.sort();
    files
}

#[test]
fn every_file_of_the_grammar_parses() {
    let mut wrong = Vec::new();
    for file in grammar_files() {
        let bytes = std::fs::read(&file).unwrap();
        let parsed = parse_bytes(&bytes);
        let problems = parsed.err().unwrap_or_default();
        let shown: Vec<_> = problems
            .iter()
            .map(|problem| {
                let text = String::from_utf8_lossy(&bytes);
                format!("{:?} {:?}", problem.kind, text.get(problem.span.start..problem.span.end))
            })
            .collect();
        if !problems.is_empty() {
            wrong.push(format!("{}: {shown:#?}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
