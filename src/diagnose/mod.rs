//! What is wrong in a program, judged from the steps that a tracer saw: facts first, then rules over facts.
//!
//! The details of each finding, in this order, for the sentences:
//!
//! | id | details |
//! |---|---|
//! | `no-reuseaddr` | Port; where a restart was seen to fail (weakness) also Address, Cause |
//! | `unchecked-setup` | Call: what had failed; Errno, except where its -1 was used as a descriptor |
//! | `recv-zero-ignored` | Times: receives after the end |
//! | `recv-not-terminated` | Length: written (at least), received; Bytes: the message and what follows it |
//! | `framing-assumed` | Length: the first piece, both pieces |
//! | `sigpipe-death` | Client |
//! | `single-client`, `missing-socket`, `accept-before-listen`, `send-on-listener`, `send-unconnected`, `use-after-close`, `double-close`, `fork-keeps-listener` | none |
//! | `iterative-only` | Clients: accepted so far |
//! | `send-whole-buffer`, `send-trailing-nul`, `send-overread` | Length: given, bytes of text; Bytes: the beginning |
//! | `send-pointer-size`, `send-truncated` | Length: given, the text's (at least) |
//! | `zombie` | Zombies |
//! | `fd-leak`, `fork-keeps-client`, `fake-close` | Descriptors: still open |
//! | `recv-error-ignored` | Errno of the receive; Call: what was done next |
//! | `accept-addrlen` | Length: given, 16 (none where a pointer was bad); Call |
//! | `perror-after-success`, `wrong-success-test` | Call: the one that succeeded; Bytes: the line that was written |
//! | `http-*` | Field: the line in question (the first one, or that of Content-Length) |
//! | `request-not-read`, `reply-not-read` | Unread |
//! | `missing-htons` | Ports |
//! | `bad-address` | Address |
//! | `bad-addrlen` | Length: given, the family's; where it cuts an AF_UNIX path: given, the path's; Address: what is left of it |
//! | `client-fixed-port` | Port |
//! | `port-in-use`, `port-privileged`, `address-not-local`, `connection-refused` | Port; Address; Cause, where known |
//! | `client-kills-server` | Errno of the last call, or none; Signal that killed it, or none |
//! | `busy-loop` | Times; Call |
//! | `both-receive` | Peer |
//! | `waits-on-nothing` | Length: the first argument of select, what it should be at least; none where nothing is watched |
//! | `set-given-twice`, `recv-on-unready`, `thread-shares-fd`, `child-returns-to-accept`, `stdout-unflushed` | none |
//! | `edge-triggered-left` | Unread |
//! | `set-not-rebuilt` | Unread: bytes, or clients, that wait; none where nothing is known to |
//! | `einprogress-fatal` | Call |
//! | `broadcast-forbidden` | Address |
//! | `message-kills-server`, `crash` | Signal that killed it, or none; Bytes: what it wrote of the exception |
//! | `binary-cut-at-nul`, `file-block-oversent`, `length-byte-order`, `short-recv-used` | Length: given, what was meant |
//! | `exit-zero-after-error` | Call; Errno |
//! | `stdin-eof-spin` | Times |
//! | `short-send-ignored` | Length: taken, asked |
//! | `eintr-fatal` | Signal; Call |
//! | `udp-truncated` | Length: the capacity, the datagram's (at least) |
//! | `listen-loopback-only` | Address |
//! | `obsolete-function` | Function, once for each |

mod bytes;
mod facts;
mod ledger;
mod port;
mod reading;
mod rules;

#[cfg(test)]
mod tests;

use crate::finding::{Detail, Finding};
use crate::observed::{Return, Step, What};
use crate::syscall::address::Address;
use crate::syscall::sys::Sys;

use self::facts::{Fact, Facts, Kind, Sight};
use self::ledger::process::Process;
use self::ledger::{Gone, Ledger};
use self::reading::{Proof, Seen};

/// What the judged program is meant to be, where somebody said it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The server must be reachable from other machines.
    pub must_be_reachable: bool,
}

/// Functions that newer ones replace: not reentrant, without IPv6, without bounds. Not bcmp: compilers call it where the
/// program wrote memcmp.
const OBSOLETE: &[&str] =
    &["gethostbyname", "gethostbyaddr", "inet_addr", "inet_ntoa", "inet_aton", "gets", "bzero", "bcopy"];

/// Listens to the steps of one trace; its memory does not grow with their number.
#[derive(Debug, Default)]
pub struct Diagnosis {
    settings: Settings,
    ledger: Ledger,
    facts: Facts,
    obsolete: Vec<&'static str>,
    /// The process that was asked for: the first one.
    first: Option<i32>,
}

impl Diagnosis {
    #[cfg(test)]
    #[must_use]
    pub fn new(settings: Settings) -> Diagnosis {
        Diagnosis { settings, ..Diagnosis::default() }
    }

    /// The functions that the program's executable imports from the C library.
    pub fn imports(&mut self, names: &[String]) {
        let known = OBSOLETE.iter().filter(|function| names.iter().any(|name| bare(name) == **function));
        self.obsolete = known.copied().collect();
    }

    /// The port that a step speaks to, where it looks swapped and nothing is known of it: whoever can look whether
    /// somebody holds it says so by [`Diagnosis::knows`], before the step is seen.
    #[must_use]
    pub fn doubts(&self, step: &Step) -> Option<u16> {
        let What::Returned(returned) = &step.what else { return None };
        let seen = Seen::new(step.at_us, (step.pid, step.tid), returned);
        let port =
            seen.address().filter(|_| matches!(seen.sys(), Sys::Connect | Sys::Sendto)).and_then(Address::port)?;
        let given = |port| self.ledger.process(step.pid).is_some_and(|process| process.was_given(port));
        (!self.is_known(port) && port::meant(port, given).is_some()).then_some(port)
    }

    /// Somebody holds this port: it is what it looks like.
    pub fn knows(&mut self, port: u16) {
        self.ledger.ports.insert(port);
    }

    /// Whether the kernel told this port, or somebody holds it.
    #[must_use]
    pub fn is_known(&self, port: u16) -> bool {
        self.ledger.ports.contains(&port)
    }

    /// Takes one step into account.
    pub fn see(&mut self, step: &Step) {
        self.first.get_or_insert(step.pid);
        self.ledger.meet(step);
        let mut drawn = Vec::new();
        let proof = match &step.what {
            What::Returned(returned) => Some(self.draw(step, returned, &mut drawn)),
            _ => None,
        };
        facts::draw_life(&self.ledger, step, &mut drawn);
        self.keep(drawn);
        let gone = self.ledger.happen(step, proof.as_ref());
        self.settle(&gone);
    }

    /// What was found, defects first; each finding once.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut rest = Vec::new();
        facts::draw_rest(&self.ledger, &mut rest);
        rest.extend(self.obsolete());
        let mut facts = self.facts.clone();
        for fact in rest {
            facts.add(&self.ledger, fact);
        }
        rules::judge(&rules::Context { facts: &facts, ledger: &self.ledger, settings: &self.settings })
    }

    fn draw(&mut self, step: &Step, returned: &Return, drawn: &mut Vec<Fact>) -> Proof {
        let seen = Seen::new(step.at_us, (step.pid, step.tid), returned);
        let proof = seen.proof();
        facts::draw(&Sight { ledger: &self.ledger, seen: &seen, proof: &proof }, drawn);
        // A part of what MSG_WAITALL waits for comes when a signal or the peer's end interrupts it.
        let whole = |count: i64| !seen.names("MSG_WAITALL") || count.unsigned_abs() >= seen.asked();
        if let (true, Some(fd), Some(count @ 1..)) = (seen.is_receive(), seen.fd(), seen.number())
            && whole(count)
        {
            self.facts.withdraw(Kind::BothReceive, step.pid, fd);
        }
        // A thread may close late what others had time to come after; the first one may close all when it is asked to end.
        let own = step.tid != step.pid;
        let threaded = |process: &Process| process.had_threads && (own || process.asked_to_end.is_none());
        let late = self.ledger.process(step.pid).is_some_and(threaded);
        if let (Sys::Close, Some(fd), Some(0), true) = (seen.sys(), seen.fd(), seen.number(), late) {
            self.facts.withdraw(Kind::KeptAfterEnd, step.pid, fd);
        }
        proof
    }

    fn keep(&mut self, drawn: Vec<Fact>) {
        for fact in drawn {
            self.facts.add(&self.ledger, fact);
        }
    }

    fn settle(&mut self, gone: &[Gone]) {
        let mut drawn = Vec::new();
        for gone in gone {
            facts::draw_gone(&self.ledger, gone, &mut drawn);
        }
        self.keep(drawn);
    }

    fn obsolete(&self) -> Option<Fact> {
        let first = self.obsolete.first().and(self.first)?;
        let fact = Fact::new(Kind::ImportsObsolete, (first, None), Vec::new());
        Some(self.obsolete.iter().fold(fact, |fact, name| fact.with(Detail::Function { name: (*name).to_owned() })))
    }
}

/// The name without its version: `gethostbyname@GLIBC_2.2.5`.
fn bare(name: &str) -> &str {
    name.split('@').next().unwrap_or(name)
}
