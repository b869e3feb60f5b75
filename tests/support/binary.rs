//! Running the program under test, always within a time limit.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::{LIMIT, events, root};

/// The user and group `nobody`.
pub const NOBODY: u32 = 65534;

/// The binary that cargo built for these tests.
pub fn path() -> PathBuf {
    super::forget_the_caller();
    PathBuf::from(env!("CARGO_BIN_EXE_socketlab"))
}

/// `socketlab` with these arguments, in an environment that does not depend on who runs the tests.
pub fn socketlab<I: AsRef<str>>(arguments: &[I]) -> Command {
    program(&path(), arguments)
}

/// The same with another copy of the binary.
pub fn program<I: AsRef<str>>(binary: &Path, arguments: &[I]) -> Command {
    let mut command = Command::new(binary);
    command.args(arguments.iter().map(AsRef::as_ref)).stdin(Stdio::null());
    settled(&mut command);
    command
}

/// Takes away what the person's own settings would change.
pub fn settled(command: &mut Command) {
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    let home = env!("CARGO_TARGET_TMPDIR");
    for name in ["HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        command.env(name, home);
    }
    command.env("TERM", "xterm-256color");
}

/// How a program ended, and what it said.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub elapsed: Duration,
}

impl Ended {
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("stdout is UTF-8")
    }

    pub fn errors(&self) -> String {
        String::from_utf8(self.stderr.clone()).expect("stderr is UTF-8")
    }

    pub fn events(&self) -> Vec<Value> {
        events::parse(&self.text())
    }

    /// Everything, for a failed assertion.
    pub fn whole(&self) -> String {
        format!(
            "{}\n--- stdout\n{}\n--- stderr\n{}",
            self.status,
            String::from_utf8_lossy(&self.stdout),
            String::from_utf8_lossy(&self.stderr)
        )
    }
}

/// Runs to the end, with the output gathered.
pub fn run(command: &mut Command) -> Ended {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let begun = Instant::now();
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stdout = gather(child.stdout.take());
    let stderr = gather(child.stderr.take());
    let status = wait(&mut child, LIMIT);
    let ended = Ended {
        status: status.unwrap_or_default(),
        stdout: gathered(&stdout),
        stderr: gathered(&stderr),
        elapsed: begun.elapsed(),
    };
    assert!(status.is_some(), "{command:?} did not end within {LIMIT:?}: {}", ended.whole());
    ended
}

/// Reads to the end on a thread of its own, so that a full pipe stops nobody.
pub fn gather(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _end = pipe.read_to_end(&mut bytes);
        }
        let _nobody_waits = sender.send(bytes);
    });
    receiver
}

/// What was gathered; a process left behind that keeps the pipe open is a failure, not a wait for ever.
pub fn gathered(output: &Receiver<Vec<u8>>) -> Vec<u8> {
    output.recv_timeout(LIMIT).expect("somebody keeps the output open after the end")
}

/// The child's end; `None`, and the child killed, when it does not come in time.
pub fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let status = super::until(limit, || child.try_wait().expect("the child is ours"));
    if status.is_none() {
        let _gone = child.kill();
        let _reaped = child.wait();
    }
    status
}

/// A copy of the binary that every account may read and execute, in a folder that goes with it.
#[derive(Debug)]
pub struct PublicCopy {
    folder: TempDir,
    pub binary: PathBuf,
}

impl PublicCopy {
    pub fn new() -> PublicCopy {
        let folder = public_folder();
        let binary = folder.path().join("socketlab");
        // By another process: a child that a test starts meanwhile would inherit a descriptor that writes, and the copy
        // could not be executed (ETXTBSY, execve(2)).
        let copied = Command::new("cp").arg(path()).arg(&binary).status();
        assert!(copied.is_ok_and(|status| status.success()), "cp");
        fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();
        PublicCopy { folder, binary }
    }

    /// A folder beside the copy, where files of a test may lie.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// `socketlab` run by an ordinary user: by `nobody` when the tests run as root.
    pub fn socketlab<I: AsRef<str>>(&self, arguments: &[I]) -> Command {
        let mut command = program(&self.binary, arguments);
        ordinary(&mut command);
        command.current_dir("/").env("HOME", "/nonexistent");
        for name in ["XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
            command.env_remove(name);
        }
        command
    }
}

/// A folder that every account may enter.
pub fn public_folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Has the command run by `nobody`, without supplementary groups, when the tests run as root.
pub fn ordinary(command: &mut Command) {
    if root() {
        command.uid(NOBODY).gid(NOBODY);
    }
}
