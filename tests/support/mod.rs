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

use std::env;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longer than anything may take on a loaded machine; only a defect waits so long.
pub const LIMIT: Duration = Duration::from_secs(90);

/// Whether the long sweeps run whole.
pub fn everything() -> bool {
    env::var_os("SOCKETLAB_ALL").is_some_and(|value| value == "1")
}

pub fn root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Says that a test did not run, which is a failure under CI.
pub fn not_run(why: &str) {
    println!("non exécuté : {why}");
    assert!(env::var_os("CI").is_none(), "non exécuté : {why}");
}

/// Whether a tool is there; says so, and fails under CI, where it is not.
pub fn has(tool: &str) -> bool {
    let found = find(tool).is_some();
    if !found {
        not_run(&format!("{tool} manque"));
    }
    found
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
        std::thread::sleep(Duration::from_millis(3));
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
