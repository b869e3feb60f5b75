//! What the tests of the whole program share: running it, its events, private networks, pseudo-terminals, and what
//! must be gone afterwards. Each test program uses a part of it.
#![allow(dead_code, reason = "each test program uses a part of this module")]

pub mod binary;
pub mod corpus;
pub mod events;
pub mod network;
pub mod peer;
pub mod remains;
pub mod running;
pub mod served;
pub mod stepped;
pub mod terminal;
pub mod unrun;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Once, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{self, SigHandler, Signal};

/// Longer than anything may take on a loaded machine; only a defect waits so long.
pub const LIMIT: Duration = Duration::from_secs(90);

/// Whether the long sweeps run whole.
pub fn everything() -> bool {
    env::var_os("SOCKETLAB_ALL").is_some_and(|value| value == "1")
}

pub fn root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Says that a test, or a part of it, did not run: a failure under CI, a line of the list told after the results
/// elsewhere.
pub fn not_run(why: &str) {
    let current = thread::current();
    let test = current.name().unwrap_or("un test");
    assert!(env::var_os("CI").is_none(), "non exécuté : {test} : {why}");
    unrun::note(&format!("{test} : {why}"));
}

/// This test again, in a process of its own, with nothing but it; its path may be closed to the account that runs it.
pub fn again(test: &str) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.args(only(test));
    let (name, run) = unrun::inherited();
    command.env(name, run);
    command
}

/// The arguments that make this program run one test, given by its last name.
pub fn only(test: &str) -> [String; 4] {
    [&full_name(test), "--exact", "--nocapture", "--include-ignored"].map(str::to_owned)
}

/// `module::test` of a test known by its last name, which no other may bear.
fn full_name(test: &str) -> String {
    static LISTED: OnceLock<String> = OnceLock::new();
    let list = || {
        let output = Command::new(env::current_exe().unwrap()).args(["--list", "--format", "terse"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let names = LISTED.get_or_init(list).lines().filter_map(|line| line.strip_suffix(": test"));
    let ends = |name: &&str| name.strip_suffix(test).is_some_and(|path| path.is_empty() || path.ends_with("::"));
    let found: Vec<&str> = names.filter(ends).collect();
    assert_eq!(found.len(), 1, "{test} is the name of {found:?}");
    found[0].to_owned()
}

/// What whoever runs the tests left stays out of the programs that the tests start: descriptors that are open, so that
/// their first socket is 3, and signals that are ignored, as a shell (`&` in a script) and nohup(1) do.
pub fn forget_the_caller() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: close_range(2) with CLOSE_RANGE_CLOEXEC closes nothing here; it marks descriptors.
        #[allow(unsafe_code, reason = "close_range has no wrapper in nix")]
        let marked = unsafe { libc::close_range(3, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC.cast_signed()) };
        assert_eq!(marked, 0, "close_range: {}", std::io::Error::last_os_error());
        for ignored in [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGHUP, Signal::SIGTERM] {
            // SAFETY: the usual disposition runs no code of ours.
            #[allow(unsafe_code, reason = "nix's wrapper is unsafe for the sake of handlers")]
            let set = unsafe { signal::signal(ignored, SigHandler::SigDfl) };
            set.unwrap_or_else(|errno| panic!("{ignored}: {errno}"));
        }
    });
}

/// Whether a tool is there; says so, and fails under CI, where it is not.
pub fn has(tool: &str) -> bool {
    let found = find(tool).is_some();
    if !found {
        not_run(&format!("{tool} manque"));
    }
    found
}

/// Whether programs of 32 bits can be built; says so where x86-64 could and this machine cannot.
pub fn builds_32_bits() -> bool {
    static BUILDS: OnceLock<bool> = OnceLock::new();
    let builds = *BUILDS.get_or_init(|| {
        let script = "printf '#include <sys/socket.h>\\nint main(void) { return 0; }' | gcc -m32 -x c -o /dev/null -";
        Command::new("sh").args(["-c", script]).output().is_ok_and(|output| output.status.success())
    });
    if !builds && cfg!(target_arch = "x86_64") {
        not_run("les programmes de 32 bits : gcc -m32 manque (paquet gcc-multilib)");
    }
    builds
}

/// The tool's path, from PATH and from where administrators' tools are.
pub fn find(tool: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(tool)).find(|file| file.is_file())
}

/// Looks again until `seen` gives something, or the time is up.
pub fn until<T>(limit: Duration, mut seen: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = seen() {
            return Some(found);
        }
        if Instant::now() >= deadline {
            return None;
        }
        thread::sleep(Duration::from_millis(3));
    }
}

/// The repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A small generator for samples: the same seed, the same sample (xorshift64*).
#[derive(Debug)]
pub struct Sample(u64);

impl Sample {
    /// Seeded by `SOCKETLAB_SEED`, so that a failing sample can be played again; printed by the caller.
    pub fn seeded() -> Sample {
        let given = env::var("SOCKETLAB_SEED").ok().and_then(|seed| seed.parse().ok());
        Sample(given.unwrap_or(20_240_501))
    }

    /// Another one than the usual, never 0.
    pub fn of(seed: u64) -> Sample {
        Sample(seed.max(1))
    }

    pub fn seed(&self) -> u64 {
        self.0
    }

    /// Below `bound`, which is above 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(drawn).unwrap_or(0) % bound
    }

    /// `count` different numbers below `bound`, in order; all of them when there are not so many.
    pub fn several(&mut self, count: usize, bound: usize) -> Vec<usize> {
        if count >= bound {
            return (0..bound).collect();
        }
        let mut chosen = std::collections::BTreeSet::new();
        while chosen.len() < count {
            chosen.insert(self.below(bound));
        }
        chosen.into_iter().collect()
    }
}
