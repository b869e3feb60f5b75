//! Calls: their entries and their returns.

use std::time::Instant;

use crate::observed::{Ending, Return, SourceLine, Subject, TraceNote, Traced, What};
use crate::syscall::call::Outcome;
use crate::syscall::sys::Sys;
use crate::trace::call_filter::wanted;
use crate::trace::decode;
use crate::trace::engine::Engine;
use crate::trace::engine::birth::{CLONE_UNTRACED, clone_flags};
use crate::trace::engine::lifecycle::Phase;
use crate::trace::injection::{Change, Plan};
use crate::trace::memory::{KnownMemory, TaskMemory};
use crate::trace::multiplex::{self, Whole};
use crate::trace::ptrace::{self, Information, Point};
use crate::trace::raw::{Abi, Raw};
use crate::trace::registers::{self, Followed, Pointers};
use crate::trace::source::Frame;
use crate::trace::task::{InFlight, Interrupted, Tracing};

/// -512 to -516: the kernel's own words for « interrupted », which no program sees (linux/errno.h).
const RESTARTS: std::ops::RangeInclusive<i64> = -516..=-512;

impl Engine<'_> {
    /// A stop at the beginning or at the end of a call.
    pub(super) fn at_call(&mut self, tid: i32) {
        if self.root.launched.is_some() {
            return self.resume(tid, 0);
        }
        let Some(information) = ptrace::information(tid) else { return self.resume(tid, 0) };
        match information.point() {
            Point::Entry => self.enter(tid, &information),
            Point::Exit => self.leave_call(tid, information.result()),
            Point::Nowhere => self.resume(tid, 0),
        }
    }

    fn enter(&mut self, tid: i32, information: &Information) {
        let begun = self.table.tasks.get(&tid).is_none_or(|task| task.call.is_some() || task.tracing.is_some());
        let found = self.calls.find(information.architecture, information.number());
        let Some((abi, followed)) = found.filter(|_| !begun) else { return self.resume(tid, 0) };
        let whole = match followed {
            Followed::Ptrace => return self.traces(tid, information.arguments()),
            Followed::Restart => self.interrupted(tid).map(|before| Whole::of(before.raw)),
            other => {
                multiplex::whole(tid, abi, other, information.arguments()).map(|whole| whole.on(information.stack))
            }
        };
        let every = self.table.process_of(tid).is_some_and(|process| process.every) && !self.root.attached;
        match whole.filter(|whole| wanted(whole.raw.sys, &whole.raw.arguments, every)) {
            Some(whole) => self.begin(tid, &whole, information),
            None => self.resume(tid, 0),
        }
    }

    fn interrupted(&self, tid: i32) -> Option<Interrupted> {
        self.table.tasks.get(&tid)?.interrupted
    }

    /// A followed call is about to begin.
    fn begin(&mut self, tid: i32, whole: &Whole, information: &Information) {
        let raw = whole.raw;
        self.say_what_is_new(tid, &raw);
        let mut traced = self.describe(tid, &raw, information);
        let again = self.interrupted(tid) == Some(Interrupted { raw, stack: information.stack });
        let plan = if self.injector.is_empty() || again {
            Plan::default()
        } else {
            self.injector.plan(&raw, traced.call.name, TaskMemory(tid))
        };
        traced.injected.clone_from(&plan.fault);
        let mut change = Change::make(&plan, tid, &raw, whole.array);
        let clone_flags = clone_flags(tid, &raw);
        if let Some(flags) = clone_flags.filter(|flags| flags & CLONE_UNTRACED != 0) {
            keep_traced(&mut change, tid, &raw, flags);
        }
        let call = InFlight { raw, traced, since: Instant::now(), stack: information.stack, change, clone_flags };
        if let Some(task) = self.table.tasks.get_mut(&tid) {
            task.interrupted = None;
            task.call = Some(Box::new(call));
        }
        match plan.delay {
            Some(delay) => self.hold(tid, delay),
            None => self.resume(tid, 0),
        }
        self.tell_entry(tid);
    }

    /// Told once the task goes on: what listeners do with it costs the program nothing where two processors are there.
    fn tell_entry(&mut self, tid: i32) {
        let call = self.table.tasks.get(&tid).and_then(|task| task.call.as_ref());
        let Some(traced) = call.map(|call| call.traced.clone()) else { return };
        self.emit(tid, What::Entered(Box::new(traced)));
    }

    fn hold(&mut self, tid: i32, delay: std::time::Duration) {
        let now = Instant::now();
        self.held.push((now.checked_add(delay).unwrap_or(now), tid));
        self.set_clock();
    }

    fn say_what_is_new(&mut self, tid: i32, raw: &Raw) {
        let pid = self.table.pid(tid);
        if matches!(raw.abi, Abi::I386 | Abi::I386Wide) && !std::mem::replace(&mut self.root.thirty_two, true) {
            self.note(tid, TraceNote::ThirtyTwoBits { pid });
        }
        let Some(process) = self.table.processes.get_mut(&pid) else { return };
        if raw.sys == Sys::IoUringSetup && !std::mem::replace(&mut process.ring, true) {
            self.note(tid, TraceNote::IoUring { pid });
        }
    }

    /// What is known of a call at its entry.
    fn describe(&mut self, tid: i32, raw: &Raw, information: &Information) -> Traced {
        let pages = self.table.process_of(tid).map(|process| &process.pages);
        let task = TaskMemory(tid);
        let entry = match pages {
            Some(pages) => decode::entry(raw, &KnownMemory { task, pages }),
            None => decode::entry(raw, &task),
        };
        let subject = entry.fd.map(|fd| self.subject(tid, fd));
        let unread = entry.fd.filter(|_| raw.sys == Sys::Close).and_then(|fd| self.unread(tid, (fd, subject)));
        let source = if self.settings.source_lines { self.source(tid, raw.abi, information) } else { None };
        Traced {
            sys: raw.sys,
            call: entry.call,
            fd: entry.fd,
            subject,
            payload: entry.payload,
            unread,
            length_in: entry.length_in,
            sets: entry.sets,
            cause: None,
            source,
            injected: None,
        }
    }

    pub(super) fn subject(&mut self, tid: i32, fd: i32) -> Subject {
        let Some(process) = self.table.process_of(tid) else { return Subject::Closed };
        process.holder.tid = tid;
        process.files.borrow_mut().subject(&mut process.holder, fd)
    }

    fn unread(&mut self, tid: i32, (fd, subject): (i32, Option<Subject>)) -> Option<u32> {
        let stream = matches!(subject, Some(Subject::Socket { socket_type: libc::SOCK_STREAM, .. }));
        let process = self.table.process_of(tid).filter(|_| stream)?;
        process.files.borrow_mut().forget(fd);
        process.holder.unread(fd)
    }

    fn source(&mut self, tid: i32, abi: Abi, information: &Information) -> Option<SourceLine> {
        let pid = self.table.pid(tid);
        if !self.sources.has_lines(pid) {
            return None;
        }
        let (instruction, stack) = (information.instruction, information.stack);
        let Pointers { base, link } = registers::pointers(tid);
        let frame = Frame { abi, instruction, stack, base, link };
        self.sources.locate(pid, frame, &TaskMemory(tid))
    }

    /// A call has ended.
    fn leave_call(&mut self, tid: i32, result: i64) {
        let Some(task) = self.table.tasks.get_mut(&tid) else { return self.resume(tid, 0) };
        if let Some(tracing) = task.tracing.take() {
            self.traced_itself(tid, &tracing, result);
            return self.resume(tid, 0);
        }
        let Some(call) = task.call.take() else { return self.resume(tid, 0) };
        let pid = self.table.pid(tid);
        let returned = self.returned(tid, *call, result);
        if self.phase == Phase::Detaching && returned.ending == Ending::Interrupted {
            // We woke it up to leave it: it goes on sleeping in its call.
            return self.resume(tid, 0);
        }
        // What listeners say of a failure's cause is what the kernel shows before the program goes on.
        let waits = matches!(&returned.ending, Ending::Done(Outcome::Failed(_)));
        if !waits {
            self.resume(tid, 0);
        }
        self.emit_for((pid, tid), What::Returned(Box::new(returned)));
        if waits {
            self.resume(tid, 0);
        }
    }

    fn returned(&mut self, tid: i32, call: InFlight, result: i64) -> Return {
        let InFlight { raw, mut traced, since, stack, mut change, .. } = call;
        let duration_us = u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX);
        let skipped = change.skipped.take();
        let result = skipped.unwrap_or(result);
        if skipped.is_some() {
            registers::set_result(tid, result);
        }
        change.put_back(tid, raw.abi);
        let ending = if RESTARTS.contains(&result) {
            if let Some(task) = self.table.tasks.get_mut(&tid) {
                task.interrupted = Some(Interrupted { raw, stack });
            }
            Ending::Interrupted
        } else {
            let outcome = decode::leave(&raw, &mut traced, result, &TaskMemory(tid));
            self.remember(tid, &raw, (result, &traced));
            Ending::Done(outcome)
        };
        Return { traced, ending, duration_us }
    }

    /// ptrace(2) by a traced program: a task has one tracer, and that is us.
    fn traces(&mut self, tid: i32, arguments: [u64; 6]) {
        const TRACEME: u64 = 0;
        const ATTACH: u64 = 16;
        const SEIZE: u64 = 0x4206;
        let own = u64::from(std::process::id());
        let mut tracing = Tracing::default();
        if matches!(arguments[0], ATTACH | SEIZE) && arguments[1] & 0xffff_ffff == own {
            // Stopped by what we trace, we could never let it go on.
            tracing.change.skip(tid, -i64::from(libc::EPERM));
        }
        if let Some(task) = self.table.tasks.get_mut(&tid).filter(|_| matches!(arguments[0], TRACEME | ATTACH | SEIZE))
        {
            task.tracing = Some(tracing);
        }
        self.resume(tid, 0);
    }

    fn traced_itself(&mut self, tid: i32, tracing: &Tracing, result: i64) {
        let skipped = tracing.change.skipped;
        if let Some(result) = skipped {
            registers::set_result(tid, result);
        }
        if skipped.unwrap_or(result) == -i64::from(libc::EPERM) {
            let pid = self.table.pid(tid);
            self.note(tid, TraceNote::TracerRefused { pid });
        }
    }
}

/// A task that nobody traces would meet a filter that has no tracer: its calls would fail (seccomp(2)).
fn keep_traced(change: &mut Change, tid: i32, raw: &Raw, flags: u64) {
    let flags = flags & !CLONE_UNTRACED;
    if raw.sys == Sys::Clone3 {
        change.memory(TaskMemory(tid), raw.arguments[0], &flags.to_ne_bytes());
    } else {
        change.argument(tid, raw, (0, flags));
    }
}
