use super::{Mark, Progress, Trouble, location};
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const AT: &str = "2026-05-04T10:21:00Z";

fn saved(path: &Path, marks: &[(u32, &str, bool)]) {
    let (mut progress, trouble) = Progress::load(Some(path.to_owned()));
    assert!(trouble.is_none(), "{trouble:?}");
    for (lesson, step, finished) in marks {
        progress.mark_step(*lesson, step, AT);
        if *finished {
            progress.mark_finished(*lesson, AT);
        }
    }
    progress.save().expect("written");
}

fn loaded(path: &Path) -> Progress {
    let (progress, trouble) = Progress::load(Some(path.to_owned()));
    assert!(trouble.is_none(), "{trouble:?}");
    progress
}

#[test]
fn what_is_marked_is_found_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a/b/progression.toml");
    saved(&path, &[(5, "attendre-un-client", false), (1, "fin", true)]);
    let progress = loaded(&path);
    let expected = Mark { step: "attendre-un-client".to_owned(), finished: false, at: AT.to_owned() };
    assert_eq!(progress.mark(5), Some(&expected));
    assert!(progress.mark(1).is_some_and(|mark| mark.finished));
    assert_eq!(progress.mark(2), None);
    assert_eq!(
        fs::read_dir(path.parent().expect("a parent")).expect("readable").count(),
        1,
        "no temporary file is left"
    );
}

#[test]
fn a_finished_lesson_stays_finished() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("progression.toml");
    saved(&path, &[(1, "fin", true)]);
    saved(&path, &[(1, "debut", false)]);
    let mark = loaded(&path).mark(1).cloned().expect("lesson 1");
    assert_eq!((mark.step.as_str(), mark.finished), ("debut", true));
}

#[test]
fn two_at_once_add_to_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("progression.toml");
    let mut first = loaded(&path);
    let mut second = loaded(&path);
    first.mark_step(1, "un", AT);
    second.mark_step(2, "deux", AT);
    first.save().expect("written");
    second.save().expect("written");
    let both = loaded(&path);
    assert!(both.mark(1).is_some() && both.mark(2).is_some());
}

#[test]
fn a_corrupt_file_is_kept_aside() {
    let huge = vec![b'#'; (1 << 20) + 7];
    let cases: [&[u8]; 8] = [
        b"\xff\xfe\x00",
        b"format",
        b"",
        b"format = 0.5",
        b"format = 1\n[lessons]\nx = 3",
        b"format = 1\n[lessons.cinq]\nstep = \"a\"",
        b"format = 1\n[lessons.5]\nstep = 3",
        &huge,
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("progression.toml");
    for bytes in cases {
        fs::write(&path, bytes).expect("written");
        let (mut progress, trouble) = Progress::load(Some(path.clone()));
        let Some(Trouble::Corrupt { kept, .. }) = trouble else { panic!("{trouble:?}") };
        assert_eq!(fs::read(&kept).expect("kept"), bytes);
        progress.mark_step(1, "un", AT);
        progress.save().expect("a new file");
        assert!(loaded(&path).mark(1).is_some());
        fs::remove_file(&path).expect("removed");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 8, "each under a name of its own");
}

#[test]
fn a_later_format_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("progression.toml");
    let text = "format = 2\nunknown = true\n";
    fs::write(&path, text).expect("written");
    let (mut progress, trouble) = Progress::load(Some(path.clone()));
    assert!(matches!(trouble, Some(Trouble::Newer { format: 2, .. })));
    progress.mark_step(1, "un", AT);
    progress.save().expect("nothing to do");
    assert_eq!(fs::read_to_string(&path).expect("readable"), text);
}

#[test]
fn unknown_keys_of_the_same_format_are_no_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("progression.toml");
    fs::write(&path, "format = 1\nother = 1\n[lessons.3]\nstep = \"x\"\nnote = 1\n").expect("written");
    assert!(loaded(&path).mark(3).is_some());
}

#[test]
fn what_cannot_be_read_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, trouble) = Progress::load(Some(folder.path().to_owned()));
    assert!(matches!(trouble, Some(Trouble::Unreadable { .. })), "a folder: {trouble:?}");
    let (mut progress, trouble) = Progress::load(None);
    assert!(matches!(trouble, Some(Trouble::NoHome)));
    progress.mark_step(1, "un", AT);
    progress.save().expect("nothing to do");
    assert!(progress.mark(1).is_some(), "it lives in memory");
}

#[test]
fn a_home_that_refuses_is_said_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    let (mut progress, _) = Progress::load(Some(folder.path().join("progression.toml")));
    progress.path = Some(file.join("progression.toml"));
    progress.mark_step(1, "un", AT);
    assert!(matches!(progress.save(), Err(Trouble::Unwritable { .. })));
    progress.path = Some(folder.path().join("progression.toml"));
    progress.save().expect("the next try writes it");
    assert!(loaded(&folder.path().join("progression.toml")).mark(1).is_some());
}

#[test]
fn a_link_stays_a_link() {
    let folder = tempfile::tempdir().expect("a folder");
    let (target, link) = (folder.path().join("elsewhere.toml"), folder.path().join("progression.toml"));
    fs::write(&target, "format = 1\n").expect("written");
    fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).expect("set");
    std::os::unix::fs::symlink(&target, &link).expect("linked");
    saved(&link, &[(4, "file", false)]);
    assert!(link.is_symlink());
    assert!(loaded(&target).mark(4).is_some());
}

#[test]
fn the_place_follows_the_environment() {
    let place = |variables: &[(&str, &str)]| {
        location(|name| variables.iter().find(|pair| pair.0 == name).map(|pair| OsString::from(pair.1)))
    };
    let home = "/home/ana/.local/state/socketlab/progression.toml";
    assert_eq!(place(&[("HOME", "/home/ana")]), Some(PathBuf::from(home)));
    assert_eq!(place(&[("HOME", "/home/ana"), ("XDG_STATE_HOME", "relative")]), Some(PathBuf::from(home)));
    assert_eq!(place(&[("HOME", "/home/ana"), ("XDG_STATE_HOME", "")]), Some(PathBuf::from(home)));
    let state = "/var/state/socketlab/progression.toml";
    assert_eq!(place(&[("HOME", "/h"), ("XDG_STATE_HOME", "/var/state")]), Some(PathBuf::from(state)));
    assert_eq!(place(&[("HOME", "")]), None);
    assert_eq!(place(&[]), None);
}
