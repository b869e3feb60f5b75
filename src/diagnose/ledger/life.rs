//! Births, programs, signals, ends.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnose::ledger::memory::Memory;
use crate::diagnose::ledger::process::{Dead, Disposition, Process};
use crate::diagnose::ledger::{Gone, Ledger};
use crate::diagnose::reading::{Proof, Seen, field, number_of, written};
use crate::finding::{Evidence, Exhibit};
use crate::observed::{Open, Step, What};
use crate::syscall::call::Value;
use crate::syscall::signal::Signal;

/// How many children that were waited for before their end was told are remembered.
const EARLY: usize = 64;

impl Ledger {
    pub(super) fn live(&mut self, step: &Step) -> Vec<Gone> {
        match &step.what {
            What::Born { parent } => self.born(step, *parent),
            What::Executed { program, arguments } => return self.executed(step, program, arguments),
            What::Signalled { signal, sender } => self.signalled(step, (*signal, *sender)),
            What::Ending { open } => self.about_to_end(step.pid, open),
            What::Exited { code } => return self.ended(step, Exhibit::Exited { code: *code }),
            What::Killed { signal, .. } => return self.ended(step, Exhibit::Killed { signal: *signal }),
            _ => {}
        }
        Vec::new()
    }

    fn born(&mut self, step: &Step, parent: Option<i32>) {
        if step.tid != step.pid {
            return self.acquaint(step.pid, step.tid);
        }
        let parent = parent.map(|task| self.process_of(task));
        let child = match parent.and_then(|parent| self.processes.get_mut(&parent)) {
            Some(parent) => {
                parent.forks += 1;
                parent.child(step.pid)
            }
            None => Process { pid: step.pid, tasks: BTreeSet::from([step.pid]), parent, ..Process::default() },
        };
        for socket in child.slots.values().filter_map(|slot| slot.socket) {
            if let Some(socket) = self.sockets.get_mut(&socket) {
                socket.references += 1;
                socket.copied = parent.map(|parent| (parent, self.clock));
            }
        }
        self.processes.insert(step.pid, child);
    }

    fn process_of(&self, task: i32) -> i32 {
        if self.processes.contains_key(&task) {
            return task;
        }
        self.processes.values().find(|process| process.tasks.contains(&task)).map_or(task, |process| process.pid)
    }

    fn executed(&mut self, step: &Step, program: &[u8], arguments: &[Vec<u8>]) -> Vec<Gone> {
        let by = happened(step, Exhibit::Exited { code: 0 });
        let Some(process) = self.processes.get_mut(&step.pid) else { return Vec::new() };
        process.program = program.rsplit(|byte| *byte == b'/').next().unwrap_or_default().to_vec();
        process.arguments =
            arguments.iter().take(64).map(|argument| argument[..argument.len().min(256)].to_vec()).collect();
        process.tasks = BTreeSet::from([step.pid]);
        process.had_threads = false;
        process.executed = process.parent.is_some();
        process.workers.clear();
        process.readiness.clear();
        process.closed.clear();
        process.memory = Memory::default();
        process.no_descriptor = None;
        process.signals.retain(|_, disposition| *disposition == Disposition::Ignored);
        process.pending.clear();
        process.spins.clear();
        let going = process.slots.iter().filter(|(_, slot)| slot.closes_on_exec).map(|(fd, _)| *fd);
        let going: Vec<i32> = going.collect();
        going.iter().filter_map(|fd| self.drop_descriptor((step.pid, *fd), &by, false)).collect()
    }

    fn signalled(&mut self, step: &Step, (signal, sender): (Signal, Option<i32>)) {
        let Some(process) = self.processes.get_mut(&step.pid) else { return };
        let serving = process.serves(step.tid);
        process.last_signal = Some(signal);
        process.struck_by = sender;
        let disposition = process.signals.get(&signal).copied();
        if let (Some(Disposition::Handler { restarts }), Some(last)) =
            (disposition, process.suspended.remove(&step.tid))
            && (!restarts || last.sys.awaits_readiness())
        {
            process.failed.insert(last.sys);
            process.last = Some(last);
        }
        let asks = matches!(signal, Signal::SIGINT | Signal::SIGTERM | Signal::SIGHUP | Signal::SIGQUIT);
        if asks || signal == Signal::SIGALRM && !process.handles(signal) {
            process.asked_to_end = Some(signal);
            process.dead_while_serving = if serving { process.died_unasked() } else { 0 };
        }
    }

    fn about_to_end(&mut self, pid: i32, open: &[Open]) {
        for Open { fd, unread, peer_left, .. } in open {
            let id = self.process(pid).and_then(|process| process.socket_at(Some(*fd)));
            let Some(socket) = id.and_then(|id| self.sockets.get_mut(&id)) else { continue };
            socket.peer_left = *peer_left;
            if socket.references == 1 {
                socket.unread = unread.map(u64::from);
            }
        }
    }

    fn ended(&mut self, step: &Step, how: Exhibit) -> Vec<Gone> {
        if step.tid != step.pid {
            if let Some(process) = self.processes.get_mut(&step.pid) {
                process.tasks.remove(&step.tid);
                process.spins.remove(&step.tid);
                process.suspended.remove(&step.tid);
                process.pending.remove(&step.tid);
                process.readiness.remove(&step.tid);
            }
            return Vec::new();
        }
        let by = happened(step, how);
        let Some(process) = self.processes.get(&step.pid) else { return Vec::new() };
        self.tell_parent(process.parent, (step.pid, process.asked_to_end.is_some()), &by);
        let held: Vec<i32> =
            self.processes.get(&step.pid).map(|held| held.slots.keys().copied().collect()).unwrap_or_default();
        let gone = held.iter().filter_map(|fd| self.drop_descriptor((step.pid, *fd), &by, true)).collect();
        self.bury(step.pid);
        gone
    }

    fn tell_parent(&mut self, parent: Option<i32>, (pid, asked): (i32, bool), by: &Proof) {
        let Some(parent) = parent.and_then(|parent| self.processes.get_mut(&parent)) else { return };
        if parent.leaves_no_zombies || parent.reaped_early.remove(&pid) {
            return;
        }
        let accepted = parent.accepted;
        parent.remember_dead(Dead { pid, proof: by.clone(), accepted, asked });
    }

    pub(super) fn forked(&mut self, seen: &Seen<'_>, proof: &Proof) {
        if let Some(process) = self.processes.get_mut(&seen.pid) {
            process.tried_to_fork = true;
        }
        let makes_process = !seen.names("CLONE_THREAD");
        if let (true, Some(1..), Some(process)) = (makes_process, seen.number(), self.processes.get_mut(&seen.pid)) {
            process.last_fork = Some(proof.clone());
        }
    }

    pub(super) fn waited(&mut self, seen: &Seen<'_>) {
        let Some(process) = self.processes.get_mut(&seen.pid) else { return };
        process.waits += 1;
        let child = if written(seen, 0).starts_with("P_") { waitid_child(seen) } else { seen.identifier() };
        let Some(child) = child.filter(|child| *child > 0) else { return };
        let known = process.dead.len();
        process.dead.retain(|dead| dead.pid != child);
        if process.dead.len() == known && process.reaped_early.len() < EARLY {
            process.reaped_early.insert(child);
        }
    }

    pub(super) fn handler_set(&mut self, seen: &Seen<'_>) {
        let Some(process) = self.processes.get_mut(&seen.pid) else { return };
        let signal = Signal::from_name(&written(seen, 0));
        let (Some(signal), Some(0), Some(Value::Record(_))) = (signal, seen.number(), seen.argument(1)) else { return };
        let action = written(seen, 1);
        let disposition = match () {
            () if action.contains("SIG_IGN") => Disposition::Ignored,
            () if action.contains("SIG_DFL") => Disposition::Default,
            () => Disposition::Handler { restarts: action.contains("SA_RESTART") },
        };
        process.signals.insert(signal, disposition);
        if signal == Signal::SIGCHLD {
            process.leaves_no_zombies = disposition == Disposition::Ignored || action.contains("SA_NOCLDWAIT");
        }
    }
}

fn waitid_child(seen: &Seen<'_>) -> Option<i32> {
    let pid = field(seen.argument(2)?, "si_pid").and_then(number_of)?;
    i32::try_from(pid).ok()
}

/// The evidence that an end or a signal is.
#[must_use]
pub(super) fn happened(step: &Step, exhibit: Exhibit) -> Proof {
    Arc::new(Evidence { pid: step.pid, at_us: step.at_us, exhibit, source: None, remark: None })
}
