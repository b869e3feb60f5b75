//! The table of the processes that are followed, and how groups of them end.

use std::os::fd::BorrowedFd;

use crate::live::process::{Part, Process};
use crate::observe::Watched;

/// Every process followed, in the order of their births.
#[derive(Debug, Default)]
pub(super) struct ProcessTable {
    processes: Vec<Process>,
}

impl ProcessTable {
    pub(super) fn add(&mut self, process: Process) {
        self.processes.push(process);
    }

    pub(super) fn find(&mut self, pid: i32) -> Option<&mut Process> {
        // A pid may have been used again since: the last one is meant.
        self.processes.iter_mut().rev().find(|process| process.pid == pid)
    }

    /// One whose end was not reported yet.
    pub(super) fn find_alive(&mut self, pid: i32) -> Option<&mut Process> {
        self.find(pid).filter(|process| !process.over)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Process> {
        self.processes.iter()
    }

    /// The processes of a group.
    pub(super) fn group(&self, leader: i32) -> impl Iterator<Item = &Process> {
        self.iter().filter(move |process| process.leader == leader)
    }

    /// Whether socketlab itself started it.
    pub(super) fn leads(&self, pid: i32) -> bool {
        self.group(pid).any(|process| process.pid == pid)
    }

    /// Those that have ended without anybody saying how.
    pub(super) fn unclaimed(&self) -> Vec<i32> {
        self.iter().filter(|one| one.unclaimed.is_some() && !one.over).map(|one| one.pid).collect()
    }

    pub(super) fn descriptors(&self) -> impl Iterator<Item = ((i32, Part), BorrowedFd<'_>)> {
        self.iter().flat_map(|process| process.descriptors().map(|(part, fd)| ((process.pid, part), fd)))
    }

    /// What is to be looked at in a view.
    pub(super) fn watched(&self) -> Vec<Watched> {
        let alive = self.iter().filter(|process| !process.over);
        alive
            .map(|process| Watched { actor: process.name.clone(), pid: process.pid, hidden: process.hidden.clone() })
            .collect()
    }

    /// Zombies whose parent has just died are ours now.
    pub(super) fn reap_orphans(&mut self, parent: i32) {
        for process in self.processes.iter_mut().filter(|process| process.pid != parent && process.over) {
            process.reap();
        }
    }

    /// Kills a process and its group, if it leads one; the pids that are gone.
    pub(super) fn end(&mut self, pid: i32) -> Vec<i32> {
        if self.leads(pid) {
            return self.end_group(pid);
        }
        if let Some(process) = self.find(pid) {
            process.kill();
            process.over = true;
        }
        vec![pid]
    }

    fn end_group(&mut self, leader: i32) -> Vec<i32> {
        let (group, others): (Vec<_>, Vec<_>) = self.processes.drain(..).partition(|process| process.leader == leader);
        self.processes = others;
        let pids = group.iter().map(|process| process.pid).collect();
        kill_all(group);
        pids
    }

    pub(super) fn end_all(&mut self) {
        kill_all(std::mem::take(&mut self.processes));
    }
}

/// Kills leaders first: their orphans are then ours to reap.
fn kill_all(mut processes: Vec<Process>) {
    processes.sort_by_key(|process| process.pid != process.leader);
    for process in &mut processes {
        process.kill();
    }
    for process in &mut processes {
        process.reap();
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::ProcessTable;
    use crate::live::launch;
    use crate::live::process::{Part, Process};
    use crate::live::signal::send_signal;
    use crate::syscall::call::Outcome;
    use crate::syscall::signal::Signal;

    /// A process that reads until it is killed, in the group of this leader, or its own.
    fn started(name: &str) -> Process {
        use std::os::unix::process::CommandExt;
        let mut command = Command::new("cat");
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).process_group(0).spawn().unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        let pidfd = launch::pidfd(pid).unwrap();
        Process { child: Some(child), ..Process::new(name, (pid, pid), pidfd, [None, None]) }
    }

    fn table() -> (ProcessTable, i32, i32) {
        let (server, client) = (started("serveur"), started("client"));
        let pids = (server.pid, client.pid);
        let mut table = ProcessTable::default();
        table.add(server);
        table.add(client);
        (table, pids.0, pids.1)
    }

    #[test]
    fn a_process_is_found_by_its_number() {
        let (mut table, server, client) = table();
        assert_eq!(table.find(client).map(|process| process.name.clone()).as_deref(), Some("client"));
        assert!(table.find_alive(server).is_some() && table.find(0).is_none() && table.leads(server));
        let watched: Vec<String> = table.watched().into_iter().map(|watched| watched.actor).collect();
        assert_eq!(watched, ["serveur", "client"]);
        let ends: Vec<(i32, Part)> = table.descriptors().map(|(source, _)| source).collect();
        assert_eq!(ends, [(server, Part::End), (client, Part::End)]);
        table.end_all();
        assert_eq!(table.iter().count(), 0);
    }

    #[test]
    fn a_group_ends_and_the_others_live_on() {
        let (mut table, server, client) = table();
        assert_eq!(table.end(server), [server]);
        assert!(table.find(server).is_none());
        assert!(table.find(client).is_some_and(|process| process.is_known()));
        table.end_all();
    }

    #[test]
    fn who_leads_no_group_ends_alone_and_is_remembered() {
        let (mut table, server, client) = table();
        table.find(client).unwrap().leader = server;
        assert!(!table.leads(client) && table.group(server).count() == 2);
        assert_eq!(table.end(client), [client]);
        assert!(table.find_alive(client).is_none() && table.find_alive(server).is_some());
        assert_eq!(table.watched().len(), 1, "it is not looked at any more");
        table.end_all();
    }

    #[test]
    fn a_process_that_ended_says_how() {
        let (mut table, server, _) = table();
        let process = table.find(server).unwrap();
        send_signal(&process.pidfd, libc::SIGTERM).unwrap();
        assert_eq!(process.outcome(), Some(Outcome::Killed(Signal::SIGTERM)));
        assert!(table.unclaimed().is_empty());
        table.end_all();
    }
}
