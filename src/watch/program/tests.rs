use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use super::{Asked, Narrator, Watch};
use crate::event::trace::Only;
use crate::event::trace::TraceStarted;
use crate::event::{Event, Renderer, TraceEvent, Waiting};
use crate::observed::{Ending, Return, Step, Subject, Traced, What};
use crate::syscall::call::{Answer, Call, Outcome};
use crate::syscall::signal::Signal;
use crate::syscall::sys::Sys;
use crate::trace::Status;
use crate::trace::watcher::Watcher;

/// What was told, by short names.
#[derive(Clone, Default)]
struct Told(Rc<RefCell<Vec<String>>>);

impl Told {
    fn take(&self) -> String {
        std::mem::take(&mut *self.0.borrow_mut()).join(" ")
    }
}

impl Renderer for Told {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        let name = match event {
            Event::Trace(TraceEvent::Started(_)) => "started".to_owned(),
            Event::Trace(TraceEvent::Step(step)) => match &step.what {
                What::Entered(traced) => format!("{}…", traced.sys.name()),
                What::Returned(done) => done.traced.sys.name().to_string(),
                What::Exited { .. } => "exited".to_owned(),
                _ => "step".to_owned(),
            },
            Event::Trace(TraceEvent::Finished(finished)) => {
                format!("finished({}, {})", finished.calls, finished.hidden)
            }
            _ => "other".to_owned(),
        };
        self.0.borrow_mut().push(name);
        Ok(())
    }

    fn wait(&mut self, _: &Waiting) -> io::Result<()> {
        Ok(())
    }

    fn make_way(&mut self) -> io::Result<()> {
        self.0.borrow_mut().push("way".to_owned());
        Ok(())
    }
}

fn watch(only: Only, (on_terminal, tells_entries): (bool, bool)) -> (Watch, Told) {
    let told = Told::default();
    let narrator = Narrator { renderer: Box::new(told.clone()), on_terminal, tells_entries };
    let started =
        TraceStarted { format: 1, program: "a".into(), arguments: Vec::new(), attached: None, faults: Vec::new() };
    (Watch::new(narrator, Asked { only, summary: false }, started), told)
}

fn traced(sys: Sys, fd: i32, subject: Option<Subject>) -> Traced {
    Traced { fd: Some(fd), subject, ..Traced::bare(sys, Call { name: sys.name(), arguments: Vec::new() }) }
}

fn enter(watch: &mut Watch, (tid, at_us): (i32, u64), traced: &Traced) {
    let what = What::Entered(Box::new(traced.clone()));
    watch.see(Step { at_us, pid: 1, tid, what }).unwrap();
}

fn leave(watch: &mut Watch, (tid, at_us): (i32, u64), traced: &Traced) {
    let ending = Ending::Done(Outcome::Returned(Answer::Number(0)));
    let what = What::Returned(Box::new(Return { traced: traced.clone(), ending, duration_us: 1 }));
    watch.see(Step { at_us, pid: 1, tid, what }).unwrap();
}

const SOCKET: Subject = Subject::Socket { family: 2, socket_type: 1, inode: 7 };

#[test]
fn a_call_that_returns_is_told_once_and_a_pending_one_when_nothing_happens() {
    let (mut watch, told) = watch(Only::Usual, (true, false));
    let (accept, recv) = (traced(Sys::Accept, 3, Some(SOCKET)), traced(Sys::Recvfrom, 4, Some(SOCKET)));
    enter(&mut watch, (1, 0), &recv);
    leave(&mut watch, (1, 5), &recv);
    enter(&mut watch, (2, 20), &recv);
    enter(&mut watch, (1, 10), &accept);
    assert_eq!(told.take(), "started recvfrom");
    watch.idle().unwrap();
    assert_eq!(told.take(), "accept… recvfrom…", "in the order in which they began");
    watch.idle().unwrap();
    leave(&mut watch, (2, 30), &recv);
    assert_eq!(told.take(), "recvfrom");
}

#[test]
fn scripts_are_told_each_entry() {
    let (mut watch, told) = watch(Only::Usual, (false, true));
    let accept = traced(Sys::Accept, 3, Some(SOCKET));
    enter(&mut watch, (1, 0), &accept);
    watch.idle().unwrap();
    leave(&mut watch, (1, 5), &accept);
    assert_eq!(told.take(), "started accept… accept");
}

#[test]
fn a_task_that_ends_in_a_call_has_it_told_first() {
    let (mut watch, told) = watch(Only::Usual, (false, false));
    enter(&mut watch, (1, 0), &traced(Sys::Accept, 3, Some(SOCKET)));
    watch.see(Step { at_us: 9, pid: 1, tid: 1, what: What::Exited { code: 0 } }).unwrap();
    assert_eq!(told.take(), "started accept… exited");
}

#[test]
fn what_is_left_out_is_counted() {
    let file = traced(Sys::Read, 5, Some(Subject::File));
    let output = traced(Sys::Write, 1, Some(Subject::File));
    let folder = traced(Sys::Close, 5, Some(Subject::Other));
    let socket = traced(Sys::Close, 6, Some(SOCKET));
    let rows = [(Only::Usual, "write close", 2), (Only::Network, "close", 3), (Only::All, "read write close close", 0)];
    for (only, shown, hidden) in rows {
        let (mut watch, told) = watch(only, (false, false));
        for traced in [&file, &output, &folder, &socket] {
            enter(&mut watch, (1, 0), traced);
            leave(&mut watch, (1, 1), traced);
        }
        assert_eq!(told.take(), format!("started {shown}"));
        let finished = watch.finish(Some(Status::Killed(Signal::SIGINT))).unwrap();
        assert_eq!((finished.calls, finished.hidden, finished.exit), (4, hidden, None));
        assert_eq!(finished.signal, Some(Signal::SIGINT));
        assert_eq!(told.take(), format!("finished(4, {hidden})"));
    }
}

#[test]
fn the_program_has_the_screen_for_itself_while_it_writes() {
    let (mut watch, told) = watch(Only::Usual, (true, false));
    let write = traced(Sys::Write, 1, Some(Subject::Terminal));
    enter(&mut watch, (1, 0), &write);
    leave(&mut watch, (1, 1), &write);
    assert_eq!(told.take(), "started way write");
}
