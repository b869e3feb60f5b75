//! The table of faults against real programs: what is accepted happens, the rest is refused.

use std::path::{Path, PathBuf};
use std::process::Command;

use socketlab::syscall::fault;
use tempfile::TempDir;

use crate::support::{binary, has, not_run, repository};

const USAGE: i32 = 2;

fn compiled(folder: &Path, bits: u8) -> Option<PathBuf> {
    let program = folder.join(format!("shortened{bits}"));
    let mut gcc = Command::new("gcc");
    gcc.arg(format!("-m{bits}")).args(["-Wall", "-Werror", "-o"]).arg(&program);
    let output = gcc.arg(repository().join("tests/traced/shortened.c")).output().unwrap();
    if bits != 64 && !output.status.success() {
        not_run("gcc -m32 ne marche pas ici");
        return None;
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(program)
}

/// Every call that a fault may name, shortened: it moves 3 bytes of 10, or the fault is refused before anything runs.
#[test]
fn a_short_transfer_happens_or_is_refused() {
    if !has("gcc") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let story = folder.path().join("story.jsonl");
    let mut happened = 0;
    for program in [64, 32].iter().filter_map(|bits| compiled(folder.path(), *bits)) {
        for call in fault::calls() {
            let asked = format!("{call}:short=3");
            let words = [
                "trace",
                "--fault",
                &asked,
                "--format",
                "json",
                "--output",
                story.to_str().unwrap(),
                "--",
                program.to_str().unwrap(),
                call.as_str(),
            ];
            if fault::parse(&asked).is_err() {
                // The command line says what the table says: one run for each would say no more.
                continue;
            }
            let ended = binary::run(&mut binary::socketlab(&words));
            assert_eq!(ended.errors().trim(), "3", "{asked}: {}", ended.whole());
            let told = std::fs::read_to_string(&story).unwrap();
            assert!(told.contains(&format!("\"injected\":\"{asked}\"")), "{asked}: {told}");
            assert!(!told.contains("fault-unused"), "{asked}: {told}");
            happened += 1;
        }
    }
    assert!(happened >= 12);
}

#[test]
fn a_fault_that_cannot_be_done_is_refused() {
    for asked in ["connect:short=3", "sendmmsg:short=3", "close:short=1", "sendfile:short=0", "splice:short=abc"] {
        let ended = binary::run(&mut binary::socketlab(&["trace", "--fault", asked, "--", "/bin/true"]));
        assert_eq!(ended.code(), Some(USAGE), "{asked}: {}", ended.whole());
        assert!(ended.errors().contains(asked.split(':').next().unwrap()), "{}", ended.whole());
    }
}
