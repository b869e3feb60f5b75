//! What a run leaves behind: processes, listening sockets, files.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::network;

const NAME: &str = "SOCKETLAB_TEST_MARK";
/// How long the kernel may take to end what was told to end, on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);

static COUNT: AtomicU32 = AtomicU32::new(0);

/// One run, followed through an environment variable that every descendant inherits.
#[derive(Debug)]
pub struct Followed {
    mark: String,
    /// The only place where it may write files.
    folder: TempDir,
}

impl Followed {
    /// Marks the command, and gives it a folder of its own for temporary files.
    pub fn new(command: &mut Command) -> Followed {
        let mark = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = super::binary::public_folder();
        command.env(NAME, &mark).env("TMPDIR", folder.path());
        Followed { mark, folder }
    }

    /// Its living processes, each as `pid command line`.
    pub fn processes(&self) -> Vec<String> {
        let wanted = format!("{NAME}={}", self.mark);
        let holds = |path: &Path| {
            let environment = fs::read(path.join("environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
        };
        described(holds)
    }

    /// Asserts that nothing of the run is left in this thread's network, after the time that an end takes.
    pub fn assert_nothing_left(&self, case: &str) {
        super::until(PATIENCE, || self.left().is_empty().then_some(()));
        let left = self.left();
        assert!(left.is_empty(), "{case}: left behind: {left:#?}");
    }

    fn left(&self) -> Vec<String> {
        let mut left = self.processes();
        left.extend(network::listening().iter().map(|port| format!("somebody listens on port {port}")));
        left.extend(strangers_in_this_network());
        let files = fs::read_dir(self.folder.path()).into_iter().flatten().flatten();
        left.extend(files.map(|file| format!("file {}", file.path().display())));
        left
    }
}

/// Processes of this thread's private network, whatever their environment says: all of them come from the test. On a
/// thread that never left the machine's network there would be many: none is told then.
fn strangers_in_this_network() -> Vec<String> {
    let ours = network::name();
    let same = |path: &Path| fs::read_link(path.join("ns/net")).is_ok_and(|name| name.to_string_lossy() == ours);
    if same(Path::new("/proc/self")) { Vec::new() } else { described(same) }
}

fn described(wanted: impl Fn(&Path) -> bool) -> Vec<String> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.path());
    let numbered = processes
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.parse::<u32>().is_ok()));
    let one = |path: std::path::PathBuf| {
        let line = fs::read(path.join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        format!("{} {line}", path.file_name().unwrap_or_default().to_string_lossy())
    };
    numbered.filter(|path| wanted(path)).map(one).collect()
}
