//! Steps of a trace, written as a program would make them.

use crate::diagnose::ledger::Ledger;
use crate::diagnose::ledger::process::Process;
use crate::diagnose::ledger::socket::Socket;
use crate::diagnose::reading::word;
use crate::diagnose::{Diagnosis, Settings};
use crate::finding::{Detail, Finding, Id, Severity};
use crate::observed::{CAPTURE, Ending, Open, Payload, Peer, Return, Sets, SourceLine, Step, Subject, Traced, What};
use crate::state::Cause;
use crate::syscall::address::Address;
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::errno::Errno;
use crate::syscall::fault::{Effect, Fault, Occurrence};
use crate::syscall::name::Name;
use crate::syscall::signal::Signal;
use crate::syscall::sys::{Direction, Sys};

/// One call, about to be added to a script.
#[derive(Clone, Debug)]
pub struct Made {
    sys: Sys,
    name: Name,
    arguments: Vec<Value>,
    fd: Option<i32>,
    subject: Option<Subject>,
    payload: Option<Payload>,
    unread: Option<u32>,
    length_in: Option<i64>,
    sets: Option<Sets>,
    cause: Option<Cause>,
    line: Option<u32>,
    injected: Option<Effect>,
    duration: u64,
    outcome: Option<Outcome>,
}

pub fn call(sys: Sys) -> Made {
    Made {
        sys,
        name: sys.name(),
        arguments: Vec::new(),
        fd: None,
        subject: None,
        payload: None,
        unread: None,
        length_in: None,
        sets: None,
        cause: None,
        line: None,
        injected: None,
        duration: 20,
        outcome: None,
    }
}

impl Made {
    pub fn on(mut self, fd: i32) -> Made {
        self.fd = Some(fd);
        self.arguments.insert(0, Value::Number(fd.into()));
        self
    }

    pub fn with(mut self, value: Value) -> Made {
        self.arguments.push(value);
        self
    }

    pub fn symbol(self, text: &str) -> Made {
        self.with(Value::Symbol(text.to_owned()))
    }

    pub fn number(self, number: i64) -> Made {
        self.with(Value::Number(number))
    }

    pub fn to(self, address: &str) -> Made {
        let length = if address.starts_with('[') { 28 } else { 16 };
        self.with(Value::Address(inet(address))).number(length)
    }

    pub fn subject(mut self, subject: Subject) -> Made {
        self.subject = Some(subject);
        self
    }

    pub fn carries(mut self, direction: Direction, data: &[u8], asked: u64) -> Made {
        let kept = data[..data.len().min(CAPTURE)].to_vec();
        self.payload = Some(Payload { direction, data: kept, asked, truncated: false, address: 0, beyond: vec![] });
        self.arguments.push(Value::Bytes { data: data.to_vec(), total: data.len() });
        self.arguments.push(Value::Number(asked.cast_signed()));
        self
    }

    pub fn cut(mut self) -> Made {
        self.payload.as_mut().unwrap().truncated = true;
        self
    }

    /// Where its buffer lies, and what follows it there.
    pub fn placed(mut self, address: u64, beyond: &[u8]) -> Made {
        let payload = self.payload.as_mut().unwrap();
        (payload.address, payload.beyond) = (address, beyond.to_vec());
        self
    }

    pub fn unread(mut self, bytes: u32) -> Made {
        self.unread = Some(bytes);
        self
    }

    pub fn length_in(mut self, length: i64) -> Made {
        self.length_in = Some(length);
        self
    }

    /// How select was given its sets.
    pub fn sets(mut self, left_out: &[i32], shared: bool) -> Made {
        self.sets = Some(Sets { left_out: left_out.to_vec(), read: 0, shared });
        self
    }

    /// Where the set of select lies.
    pub fn set_at(mut self, read: u64) -> Made {
        self.sets = Some(Sets { read, ..Sets::default() });
        self
    }

    pub fn because(mut self, cause: Cause) -> Made {
        self.cause = Some(cause);
        self
    }

    pub fn line(mut self, line: u32) -> Made {
        self.line = Some(line);
        self
    }

    pub fn lasting(mut self, duration: u64) -> Made {
        self.duration = duration;
        self
    }

    pub fn gives(mut self, number: i64) -> Made {
        self.outcome = Some(Outcome::Returned(Answer::Number(number)));
        self
    }

    pub fn fails(mut self, errno: Errno) -> Made {
        self.outcome = Some(Outcome::Failed(errno));
        self
    }

    /// The failure was asked for.
    pub fn provoked(mut self, errno: Errno) -> Made {
        self.injected = Some(Effect::Error { errno });
        self.fails(errno)
    }

    pub fn shortened(mut self, bytes: u64) -> Made {
        self.injected = Some(Effect::Short { bytes });
        self
    }

    pub fn returned(&self) -> Return {
        let outcome = self.outcome.clone().unwrap_or(Outcome::Returned(Answer::Number(0)));
        Return { traced: self.traced(), ending: Ending::Done(outcome), duration_us: self.duration }
    }

    fn traced(&self) -> Traced {
        Traced {
            sys: self.sys,
            call: Call { name: self.name, arguments: self.arguments.clone() },
            fd: self.fd,
            subject: self.subject,
            payload: self.payload.clone(),
            unread: self.unread,
            length_in: self.length_in,
            sets: self.sets.clone(),
            cause: self.cause.clone(),
            source: self.line.map(|line| SourceLine { file: "prog.c".to_owned(), line, function: None }),
            injected: self.injected.map(|effect| Fault { call: self.name, effect, occurrence: Occurrence::Nth(1) }),
        }
    }
}

pub fn inet(text: &str) -> Address {
    Address::Inet(text.parse().unwrap())
}

/// The steps of one trace. Methods speak for the current process.
pub struct Script {
    diagnosis: Diagnosis,
    clock: u64,
    pid: i32,
    tid: i32,
}

pub const MAIN: i32 = 100;

#[allow(clippy::needless_pass_by_value, reason = "calls are written where they are made")]
impl Script {
    pub fn new() -> Script {
        Script::of(&["./prog"])
    }

    pub fn of(arguments: &[&str]) -> Script {
        let mut script = Script { diagnosis: Diagnosis::new(Settings::default()), clock: 0, pid: MAIN, tid: MAIN };
        script.what(What::Born { parent: None });
        script.executes(arguments);
        script
    }

    pub fn with(settings: Settings) -> Script {
        let mut script = Script::new();
        script.diagnosis = Diagnosis::new(settings);
        script.executes(&["./prog"]);
        script
    }

    /// A server that listens on descriptor 3, as one should.
    pub fn server() -> Script {
        let mut script = Script::new();
        script.tcp(3);
        script.option(3, "SO_REUSEADDR");
        script.bind(3, "0.0.0.0:3001");
        script.listen(3);
        script
    }

    /// A client that is connected on descriptor 3.
    pub fn client() -> Script {
        let mut script = Script::new();
        script.tcp(3);
        script.does(call(Sys::Connect).on(3).to("127.0.0.1:3001").gives(0));
        script
    }

    pub fn executes(&mut self, arguments: &[&str]) -> &mut Script {
        let arguments: Vec<Vec<u8>> = arguments.iter().map(|text| text.as_bytes().to_vec()).collect();
        self.what(What::Executed { program: arguments[0].clone(), arguments })
    }

    pub fn what(&mut self, what: What) -> &mut Script {
        self.clock += 10;
        let step = self.step(what);
        self.diagnosis.see(&step);
        self
    }

    fn step(&self, what: What) -> Step {
        Step { at_us: self.clock, pid: self.pid, tid: self.tid, what }
    }

    /// The port that is to be looked up before the end of this call is seen.
    pub fn doubts(&self, made: Made) -> Option<u16> {
        self.diagnosis.doubts(&self.step(returned(&made)))
    }

    pub fn knows(&mut self, port: u16) -> &mut Script {
        self.diagnosis.knows(port);
        self
    }

    pub fn imports(&mut self, names: &[&str]) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        self.diagnosis.imports(&names);
    }

    /// The process (and the thread) that goes on.
    pub fn by(&mut self, pid: i32) -> &mut Script {
        (self.pid, self.tid) = (pid, pid);
        self
    }

    pub fn thread(&mut self, pid: i32, tid: i32) -> &mut Script {
        (self.pid, self.tid) = (pid, tid);
        self
    }

    pub fn later(&mut self, microseconds: u64) -> &mut Script {
        self.clock += microseconds;
        self
    }

    /// The call begins, and ends.
    pub fn does(&mut self, made: Made) -> &mut Script {
        self.begins(&made);
        self.ends(made)
    }

    pub fn begins(&mut self, made: impl std::borrow::Borrow<Made>) -> &mut Script {
        self.what(What::Entered(Box::new(made.borrow().traced())))
    }

    pub fn ends(&mut self, made: Made) -> &mut Script {
        self.clock += made.duration;
        self.what(returned(&made))
    }

    pub fn is_interrupted(&mut self, made: Made) -> &mut Script {
        self.begins(&made);
        let returned = Return { traced: made.traced(), ending: Ending::Interrupted, duration_us: 5000 };
        self.what(What::Returned(Box::new(returned)))
    }

    pub fn socket(&mut self, fd: i32, family: &str, kind: &str) -> &mut Script {
        self.does(call(Sys::Socket).symbol(family).symbol(kind).number(0).gives(fd.into()))
    }

    pub fn tcp(&mut self, fd: i32) -> &mut Script {
        self.socket(fd, "AF_INET", "SOCK_STREAM")
    }

    pub fn udp(&mut self, fd: i32) -> &mut Script {
        self.socket(fd, "AF_INET", "SOCK_DGRAM")
    }

    pub fn option(&mut self, fd: i32, name: &str) -> &mut Script {
        let value = Value::List(vec![Value::Number(1)]);
        self.does(call(Sys::Setsockopt).on(fd).symbol("SOL_SOCKET").symbol(name).with(value).number(4).gives(0))
    }

    pub fn bind(&mut self, fd: i32, address: &str) -> &mut Script {
        self.does(call(Sys::Bind).on(fd).to(address).gives(0))
    }

    pub fn listen(&mut self, fd: i32) -> &mut Script {
        self.does(call(Sys::Listen).on(fd).number(5).gives(0))
    }

    pub fn accept(&mut self, listener: i32, fd: i32) -> &mut Script {
        self.does(call(Sys::Accept).on(listener).length_in(16).gives(fd.into()))
    }

    /// Asleep in accept.
    pub fn awaits(&mut self, listener: i32) -> &mut Script {
        self.begins(call(Sys::Accept).on(listener).length_in(16))
    }

    pub fn recv(&mut self, fd: i32, data: &[u8]) -> &mut Script {
        self.does(receive(fd, data, 1024).gives(data.len().try_into().unwrap()))
    }

    pub fn recv_end(&mut self, fd: i32) -> &mut Script {
        self.does(receive(fd, b"", 1024).gives(0))
    }

    pub fn recv_error(&mut self, fd: i32, errno: Errno) -> &mut Script {
        self.does(receive(fd, b"", 1024).fails(errno))
    }

    pub fn send(&mut self, fd: i32, data: &[u8]) -> &mut Script {
        self.does(sending(fd, data).gives(data.len().try_into().unwrap()))
    }

    /// Writes on descriptor 1 or 2.
    pub fn says(&mut self, fd: i32, data: &[u8]) -> &mut Script {
        let write = call(Sys::Write).on(fd).subject(Subject::Terminal);
        self.does(write.carries(Direction::Sent, data, data.len() as u64).gives(data.len().try_into().unwrap()))
    }

    pub fn types(&mut self, data: &[u8]) -> &mut Script {
        let read = call(Sys::Read).on(0).subject(Subject::Terminal);
        self.does(read.carries(Direction::Received, data, 4096).gives(data.len().try_into().unwrap()))
    }

    pub fn close(&mut self, fd: i32) -> &mut Script {
        self.does(call(Sys::Close).on(fd).unread(0).gives(0))
    }

    pub fn shutdown(&mut self, fd: i32, how: &str) -> &mut Script {
        self.does(call(Sys::Shutdown).on(fd).symbol(how).gives(0))
    }

    /// The current process forks; the parent goes on.
    pub fn forks(&mut self, child: i32) -> &mut Script {
        let parent = self.pid;
        self.begins(call(Sys::Fork));
        self.by(child).what(What::Born { parent: Some(parent) });
        self.by(parent).ends(call(Sys::Fork).gives(child.into()))
    }

    pub fn starts_thread(&mut self, tid: i32) -> &mut Script {
        let pid = self.pid;
        self.thread(pid, tid).what(What::Born { parent: Some(pid) });
        self.by(pid)
    }

    pub fn waits_for(&mut self, child: i32) -> &mut Script {
        self.does(call(Sys::Waitpid).number(-1).number(0).number(0).gives(child.into()))
    }

    pub fn handles(&mut self, signal: &str, handler: &str) -> &mut Script {
        self.handles_with(signal, handler, Value::Number(0))
    }

    pub fn handles_with(&mut self, signal: &str, handler: &str, flags: Value) -> &mut Script {
        let action = vec![("sa_handler".to_owned(), Value::Symbol(handler.to_owned())), ("sa_flags".to_owned(), flags)];
        self.does(call(Sys::RtSigaction).symbol(signal).with(Value::Record(action)).with(Value::Null).gives(0))
    }

    pub fn gets_signal(&mut self, signal: Signal) -> &mut Script {
        self.what(What::Signalled { signal, sender: None })
    }

    pub fn is_about_to_end(&mut self, open: Vec<Open>) -> &mut Script {
        self.what(What::Ending { open })
    }

    pub fn exits(&mut self, code: i32) -> &mut Script {
        self.what(What::Exited { code })
    }

    pub fn is_killed(&mut self, signal: Signal) -> &mut Script {
        self.gets_signal(signal).what(What::Killed { signal, core: false })
    }

    pub fn stands_off(&mut self, fd: i32) -> &mut Script {
        let peer = Peer { pid: 7, command: "client".to_owned() };
        self.what(What::Deadlock { fd, peer, source: None })
    }

    pub fn ledger(&self) -> &Ledger {
        &self.diagnosis.ledger
    }

    /// What is known of the current process.
    pub fn process(&self) -> &Process {
        self.ledger().process(self.pid).unwrap()
    }

    /// What is known of one of its sockets.
    pub fn at(&self, fd: i32) -> Option<&Socket> {
        self.ledger().socket_at(self.pid, Some(fd))
    }

    pub fn findings(&self) -> Vec<Finding> {
        self.diagnosis.findings()
    }

    /// Ids and severities but for advice and information, in alphabetical order.
    pub fn blames(&self) -> Vec<Id> {
        let mut ids: Vec<Id> = self.grave().map(|finding| finding.id).collect();
        ids.sort_by_key(|id| id.name());
        ids
    }

    fn grave(&self) -> impl Iterator<Item = Finding> {
        self.findings().into_iter().filter(|finding| finding.severity <= Severity::Weakness)
    }

    pub fn severity(&self, id: Id) -> Option<Severity> {
        self.findings().into_iter().find(|finding| finding.id == id).map(|finding| finding.severity)
    }

    pub fn has(&self, id: Id) -> bool {
        self.severity(id).is_some()
    }

    /// The one finding of this name.
    #[track_caller]
    pub fn finding(&self, id: Id) -> Finding {
        let findings = self.findings();
        let mut found = findings.iter().filter(|finding| finding.id == id);
        match (found.next(), found.next()) {
            (Some(finding), None) => finding.clone(),
            _ => panic!("{findings:#?}"),
        }
    }

    /// What its sentence says.
    #[track_caller]
    pub fn details(&self, id: Id) -> Vec<Detail> {
        self.finding(id).details
    }

    /// The calls and the ends that prove it.
    #[track_caller]
    pub fn proofs(&self, id: Id) -> Vec<String> {
        self.finding(id).evidence.iter().map(|evidence| word(evidence).to_owned()).collect()
    }

    #[track_caller]
    pub fn finds(&self, ids: &[Id]) {
        let mut wanted = ids.to_vec();
        wanted.sort_by_key(|id| id.name());
        assert_eq!(self.blames(), wanted, "{:#?}", self.findings());
        for finding in self.findings() {
            assert!(finding.evidence.len() <= 5, "{finding:#?}");
            assert!(!finding.evidence.is_empty() || finding.id == Id::ObsoleteFunction, "{finding:#?}");
        }
    }
}

pub fn receive(fd: i32, data: &[u8], capacity: u64) -> Made {
    call(Sys::Recv).on(fd).carries(Direction::Received, data, capacity)
}

pub fn sending(fd: i32, data: &[u8]) -> Made {
    call(Sys::Send).on(fd).carries(Direction::Sent, data, data.len() as u64)
}

/// The end of a call.
fn returned(made: &Made) -> What {
    What::Returned(Box::new(made.returned()))
}
