//! One canonical form for the lines of strace(1) and for the events of `socketlab trace --format json`.

pub mod events;
pub mod lines;
pub mod tree;

use std::collections::BTreeMap;

use tree::Tree;

/// The backlog of a listen(2) that comes before everything that is compared: what the loader does is not.
pub const MARK: i64 = 4242;

/// A call that has returned, in the words of C.
#[derive(Clone, Debug)]
pub struct Called {
    pub pid: i64,
    pub name: String,
    pub arguments: Vec<Tree>,
    /// `0`, `-1 EBADF`, `interrupted`.
    pub result: String,
}

impl Called {
    fn makes_a_process(&self) -> bool {
        matches!(self.name.as_str(), "fork" | "vfork" | "clone")
    }
}

/// The calls of each process, by its rank of birth, from the mark on; the numbers of processes are ranks too.
pub fn by_birth(calls: &[Called]) -> Vec<Vec<String>> {
    let first = calls.first().expect("the mark").pid;
    let mut ranks = BTreeMap::from([(first, 0)]);
    for call in calls {
        let child: Option<i64> = call.result.parse().ok().filter(|pid| *pid > 0 && call.makes_a_process());
        if let Some(child) = child {
            let next = ranks.len();
            ranks.insert(child, next);
        }
    }
    let mut all = vec![Vec::new(); ranks.len()];
    for call in calls {
        // What a fork is worth in the child is no call that it made.
        if !(call.makes_a_process() && call.result == "0") {
            all[ranks[&call.pid]].push(shown(call, &ranks));
        }
    }
    all
}

fn shown(call: &Called, ranks: &BTreeMap<i64, usize>) -> String {
    let person = |text: &str| {
        let rank = text.parse().ok().and_then(|pid: i64| ranks.get(&pid));
        rank.map_or_else(|| text.to_owned(), |rank| format!("P{rank}"))
    };
    let about_processes =
        call.makes_a_process() || matches!(call.name.as_str(), "waitpid" | "wait4" | "waitid" | "kill");
    let name = |tree: &Tree| if about_processes { tree.mapped(&person).to_string() } else { tree.to_string() };
    let arguments: Vec<String> = call.arguments.iter().map(name).collect();
    let result = if about_processes { person(&call.result) } else { call.result.clone() };
    format!("{}({}) = {result}", call.name, arguments.join(", "))
}
