//! The processes and threads of a running program, as /proc shows them.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::support::binary;

/// The program is the process `root`, or what `root` traces, with its descendants.
#[derive(Debug)]
pub struct Tasks {
    pub root: i32,
    pub traced: bool,
}

impl Tasks {
    /// The program's processes, the oldest first; not those of socketlab itself.
    pub fn processes(&self) -> Vec<i32> {
        let mut found = vec![self.root];
        let mut next = 0;
        while let Some(pid) = found.get(next).copied() {
            found.extend(children(pid));
            next += 1;
        }
        if self.traced {
            let own = binary::path();
            found.retain(|pid| fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe != own));
        }
        found
    }

    /// Whether all sleep, three looks in a row; `patient`: without one having been awake in between.
    pub fn are_asleep(&self, patient: bool) -> bool {
        let Some(first) = self.sleepers() else { return false };
        (0..3).all(|_| {
            thread::sleep(Duration::from_millis(10));
            self.sleepers().is_some_and(|now| !patient || now == first)
        })
    }

    /// Each task and how often it was put to sleep or to wait; `None` when one is awake.
    fn sleepers(&self) -> Option<Vec<String>> {
        let mut found = Vec::new();
        for pid in self.processes() {
            for task in folders(&format!("/proc/{pid}/task")) {
                let status = fs::read_to_string(format!("/proc/{pid}/task/{task}/status")).unwrap_or_default();
                let line = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("").trim();
                if !line("State:").is_empty() && !line("State:").starts_with(['S', 'Z']) {
                    return None;
                }
                let switches = (line("voluntary_ctxt_switches:"), line("nonvoluntary_ctxt_switches:"));
                found.push(format!("{task} {} {}", switches.0, switches.1));
            }
        }
        (!found.is_empty()).then_some(found)
    }

    /// CPU time of all, in user space and in the kernel.
    pub fn burnt(&self) -> Duration {
        let ticks: u64 = self.processes().iter().map(|pid| ticks(*pid)).sum();
        Duration::from_millis(ticks * 10)
    }
}

fn children(pid: i32) -> Vec<i32> {
    let lists =
        folders(&format!("/proc/{pid}/task")).into_iter().map(|task| format!("/proc/{pid}/task/{task}/children"));
    let text: String = lists.map(|list| fs::read_to_string(list).unwrap_or_default()).collect();
    text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

fn folders(path: &str) -> Vec<String> {
    let entries = fs::read_dir(Path::new(path)).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Hundredths of a second (USER_HZ is 100 everywhere that Linux exports it): fields 14 and 15 of proc_pid_stat(5).
fn ticks(pid: i32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split_whitespace().collect();
    fields.iter().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
}
