//! What a run of the tests could not do here: written down by each test, told by the last program of the run, since
//! the harness swallows what a passing test prints.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};

/// Carries the run's number into the tests that run again in a process of their own.
const RUN: &str = "SOCKETLAB_TEST_RUN";

/// Where the tests of this run write: one file a run, that is a `cargo test`, whose pid every program of it has as its
/// parent.
pub fn page() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("unrun").join(run())
}

fn run() -> String {
    env::var(RUN).unwrap_or_else(|_| parent_id().to_string())
}

/// What a test that starts another in a process of its own gives it, so that both write on the same page.
pub fn inherited() -> (&'static str, String) {
    (RUN, run())
}

/// Writes one line, whole: the writes of several programs do not mix (`O_APPEND`, open(2)).
pub fn note(what: &str) {
    let what = what.lines().next().unwrap_or_default();
    let page = page();
    let file = page
        .parent()
        .map(fs::create_dir_all)
        .and_then(|_| OpenOptions::new().create(true).append(true).open(&page).ok());
    if let Some(mut file) = file {
        let _kept_or_not = file.write_all(format!("{what}\n").as_bytes());
    }
}
