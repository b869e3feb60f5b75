//! The programs of the corpus, made ready to run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::support::find;

use super::script::{Language, Script};

/// Where the executables are kept from one run of the tests to the next.
fn shelf() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs")
}

/// The command that runs this program; `None` where its language is not installed.
pub fn built(script: &Script) -> Option<Vec<String>> {
    // One at a time: two tests want the same programs.
    static BUILDING: Mutex<()> = Mutex::new(());
    let _alone = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
    let source = script.path.to_string_lossy().into_owned();
    match script.language {
        Language::C => Some(vec![compiled(script)?]),
        Language::Python => Some(vec![find_python()?, "-u".to_owned(), source]),
        Language::Node => Some(vec![path_of("node")?, source]),
        Language::Java => {
            let folder = classes(script)?;
            let quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-cp"];
            let mut words = vec![path_of("java")?];
            words.extend(quick.map(str::to_owned));
            words.extend([folder, "Main".to_owned()]);
            Some(words)
        }
    }
}

fn path_of(tool: &str) -> Option<String> {
    Some(find(tool)?.to_string_lossy().into_owned())
}

/// The interpreter itself: what stands in PATH may be a script that looks for it.
fn find_python() -> Option<String> {
    static FOUND: OnceLock<Option<String>> = OnceLock::new();
    FOUND.get_or_init(asked_python).clone()
}

fn asked_python() -> Option<String> {
    let asked = Command::new(find("python3")?).args(["-c", "import sys; print(sys.executable)"]).output().ok()?;
    Some(String::from_utf8_lossy(&asked.stdout).trim().to_owned())
}

fn compiled(script: &Script) -> Option<String> {
    let made = shelf().join(script.name().replace(['/', '.'], "-"));
    if !is_newer(&made, &script.path) {
        let draft = made.with_extension("draft");
        let mut gcc = Command::new(find("gcc")?);
        gcc.args(["-std=gnu17", "-g", "-w", "-o"]).arg(&draft).arg(&script.path).args(["-pthread"]);
        made_by(gcc.args(&script.options), script);
        fs::rename(&draft, &made).unwrap();
    }
    Some(made.to_string_lossy().into_owned())
}

fn classes(script: &Script) -> Option<String> {
    let made = shelf().join(script.name().replace(['/', '.'], "-"));
    if !is_newer(&made.join("Main.class"), &script.path) {
        let mut javac = Command::new(find("javac")?);
        made_by(javac.arg("-d").arg(&made).arg(&script.path), script);
    }
    Some(made.to_string_lossy().into_owned())
}

fn made_by(compiler: &mut Command, script: &Script) {
    fs::create_dir_all(shelf()).unwrap();
    let output = compiler.output().unwrap();
    assert!(output.status.success(), "{}: {}", script.name(), String::from_utf8_lossy(&output.stderr));
}

fn is_newer(made: &Path, source: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    time(made).is_some_and(|made| time(source).is_some_and(|source| made > source))
}
