//! Which processes hold a socket, as far as /proc shows them. A scan of every process is slow, so what it found is
//! kept, and what it did not find is not looked for again at once.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::observe::process;
use crate::state::{Descriptor, Holder, Target};

/// How long a socket whose holder is not visible is left alone.
const RETRY: Duration = Duration::from_secs(1);

/// The holders of these sockets, in the order of `inodes`, by a scan of /proc.
#[must_use]
pub fn holders_of(inodes: &[u64]) -> Vec<Vec<Holder>> {
    let mut found = vec![Vec::new(); inodes.len()];
    if inodes.is_empty() {
        return found;
    }
    for pid in process::all() {
        for (inode, fd) in sockets(&process::descriptors(pid, &[])) {
            let Some(index) = inodes.iter().position(|wanted| *wanted == inode) else { continue };
            let Some(command) = process::command(pid) else { continue };
            found[index].push(Holder { pid, fd, command });
        }
    }
    found
}

/// The sockets among descriptors: inode and number.
pub fn sockets(descriptors: &[Descriptor]) -> impl Iterator<Item = (u64, i32)> {
    descriptors.iter().filter_map(|descriptor| match descriptor.target {
        Target::Socket { inode } => Some((inode, descriptor.fd)),
        _ => None,
    })
}

/// What scans found, by inode.
#[derive(Debug, Default)]
pub struct Memory {
    known: HashMap<u64, (Instant, Vec<Holder>)>,
}

impl Memory {
    /// The holders of these sockets, in their order; only unknown or outdated ones cost a scan.
    pub fn recall(&mut self, inodes: &[u64]) -> Vec<Vec<Holder>> {
        self.known.retain(|inode, _| inodes.contains(inode));
        let unknown: Vec<u64> = inodes.iter().copied().filter(|inode| !self.is_fresh(*inode)).collect();
        for (inode, holders) in unknown.iter().zip(holders_of(&unknown)) {
            self.known.insert(*inode, (Instant::now(), holders));
        }
        inodes.iter().map(|inode| self.known.get(inode).map(|known| known.1.clone()).unwrap_or_default()).collect()
    }

    fn is_fresh(&self, inode: u64) -> bool {
        self.known.get(&inode).is_some_and(|(when, holders)| {
            if holders.is_empty() { when.elapsed() < RETRY } else { holders.iter().all(|holder| holds(holder, inode)) }
        })
    }
}

fn holds(holder: &Holder, inode: u64) -> bool {
    process::descriptor(holder.pid, holder.fd) == Some(Target::Socket { inode })
}
