//! Findings: what is wrong, fragile or worth saying in a program, with the calls that prove it. Facts only: the
//! words are in `text`.

use serde::{Deserialize, Serialize};

use crate::observed::{Ending, SourceLine};
use crate::state::Cause;
use crate::syscall::call::Call;
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;
use crate::syscall::signal::Signal;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Wrong, whoever runs it.
    Defect,
    /// Works today, breaks under a condition that the text names.
    Weakness,
    Advice,
    /// A situation, nobody's mistake.
    Information,
}

macro_rules! ids {
    ($($variant:ident = $name:literal, $severity:ident;)*) => {
        /// A finding's stable name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Id {
            $(#[doc = concat!("`", $name, "`.")] $variant,)*
        }

        /// Each id, its name, and its severity where nothing makes it another.
        const IDS: &[(Id, &str, Severity)] = &[$((Id::$variant, $name, Severity::$severity),)*];
    };
}

ids! {
    NoReuseaddr = "no-reuseaddr", Advice;
    UncheckedSetup = "unchecked-setup", Defect;
    RecvZeroIgnored = "recv-zero-ignored", Defect;
    RecvNotTerminated = "recv-not-terminated", Defect;
    FramingAssumed = "framing-assumed", Weakness;
    SigpipeDeath = "sigpipe-death", Defect;
    SingleClient = "single-client", Advice;
    IterativeOnly = "iterative-only", Advice;
    SendWholeBuffer = "send-whole-buffer", Defect;
    SendTrailingNul = "send-trailing-nul", Weakness;
    SendOverread = "send-overread", Defect;
    SendPointerSize = "send-pointer-size", Defect;
    SendTruncated = "send-truncated", Weakness;
    Zombie = "zombie", Defect;
    FdLeak = "fd-leak", Defect;
    ForkKeepsClient = "fork-keeps-client", Defect;
    ForkKeepsListener = "fork-keeps-listener", Advice;
    RecvErrorIgnored = "recv-error-ignored", Defect;
    AcceptAddrlen = "accept-addrlen", Weakness;
    PerrorAfterSuccess = "perror-after-success", Weakness;
    HttpBareLf = "http-bare-lf", Weakness;
    HttpStatusLine = "http-status-line", Defect;
    HttpContentLength = "http-content-length", Defect;
    HttpNoLength = "http-no-length", Defect;
    HttpHostMissing = "http-host-missing", Defect;
    RequestNotRead = "request-not-read", Defect;
    ReplyNotRead = "reply-not-read", Weakness;
    MissingHtons = "missing-htons", Defect;
    MissingSocket = "missing-socket", Defect;
    BadAddress = "bad-address", Defect;
    BadAddrlen = "bad-addrlen", Defect;
    ClientFixedPort = "client-fixed-port", Weakness;
    AcceptBeforeListen = "accept-before-listen", Defect;
    SendOnListener = "send-on-listener", Defect;
    SendUnconnected = "send-unconnected", Defect;
    UseAfterClose = "use-after-close", Defect;
    DoubleClose = "double-close", Defect;
    PortInUse = "port-in-use", Information;
    PortPrivileged = "port-privileged", Information;
    AddressNotLocal = "address-not-local", Information;
    ConnectionRefused = "connection-refused", Information;
    ClientKillsServer = "client-kills-server", Defect;
    BusyLoop = "busy-loop", Defect;
    BothReceive = "both-receive", Defect;
    ExitZeroAfterError = "exit-zero-after-error", Weakness;
    StdinEofSpin = "stdin-eof-spin", Weakness;
    ShortSendIgnored = "short-send-ignored", Advice;
    EintrFatal = "eintr-fatal", Weakness;
    WrongSuccessTest = "wrong-success-test", Defect;
    FakeClose = "fake-close", Weakness;
    UdpTruncated = "udp-truncated", Weakness;
    ListenLoopbackOnly = "listen-loopback-only", Advice;
    ObsoleteFunction = "obsolete-function", Advice;
    WaitsOnNothing = "waits-on-nothing", Defect;
    SetGivenTwice = "set-given-twice", Defect;
    RecvOnUnready = "recv-on-unready", Defect;
    EdgeTriggeredLeft = "edge-triggered-left", Defect;
    EinprogressFatal = "einprogress-fatal", Defect;
    BroadcastForbidden = "broadcast-forbidden", Defect;
    ThreadSharesFd = "thread-shares-fd", Defect;
    ChildReturnsToAccept = "child-returns-to-accept", Defect;
    MessageKillsServer = "message-kills-server", Defect;
    Crash = "crash", Defect;
    BinaryCutAtNul = "binary-cut-at-nul", Defect;
    FileBlockOversent = "file-block-oversent", Defect;
    LengthByteOrder = "length-byte-order", Defect;
    StdoutUnflushed = "stdout-unflushed", Advice;
    SetNotRebuilt = "set-not-rebuilt", Defect;
    ShortRecvUsed = "short-recv-used", Defect;
}

impl Id {
    #[must_use]
    pub fn name(self) -> &'static str {
        IDS.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Id> {
        IDS.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// The severity that it has unless its rule says another.
    #[must_use]
    pub fn severity(self) -> Severity {
        IDS.iter().find(|row| row.0 == self).map_or(Severity::Advice, |row| row.2)
    }

    /// The mistake is in the first of the decisive calls; the others show what came of it.
    #[must_use]
    pub fn points_to_first(self) -> bool {
        matches!(
            self,
            Id::UncheckedSetup
                | Id::NoReuseaddr
                | Id::MissingHtons
                | Id::BadAddrlen
                | Id::BadAddress
                | Id::ClientFixedPort
                | Id::Zombie
                | Id::EinprogressFatal
                | Id::Crash
                | Id::MessageKillsServer
        )
    }

    /// A mistake only where the statement of an exercise asks otherwise: a trace alone never says it.
    #[must_use]
    pub fn needs_statement(self) -> bool {
        self == Id::ListenLoopbackOnly
    }

    pub fn all() -> impl Iterator<Item = Id> {
        IDS.iter().map(|row| row.0)
    }
}

/// Something found, once for each cause: ten clients that meet the same mistake make one finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub id: Id,
    pub severity: Severity,
    /// The process, and its descriptor where one is concerned.
    pub pid: i32,
    pub fd: Option<i32>,
    /// The decisive calls, in order: one to five.
    pub evidence: Vec<Evidence>,
    /// Figures and names that its sentence uses.
    pub details: Vec<Detail>,
    /// How many times it was seen.
    pub count: u64,
}

impl Finding {
    /// The source line that the learner should open first: that of the guilty call.
    #[must_use]
    pub fn source(&self) -> Option<&SourceLine> {
        let mut lines = self.evidence.iter().filter_map(|evidence| evidence.source.as_ref());
        if self.id.points_to_first() { lines.next() } else { lines.next_back() }
    }
}

/// One decisive call, or what happened instead of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub pid: i32,
    pub at_us: u64,
    pub exhibit: Exhibit,
    pub source: Option<SourceLine>,
    /// What to look at on that line.
    pub remark: Option<Detail>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Exhibit {
    /// `ending` is absent where the call never returned.
    Call {
        call: Call,
        ending: Option<Ending>,
        injected: bool,
    },
    Exited {
        code: i32,
    },
    Killed {
        signal: Signal,
    },
    /// A signal arrived.
    Signalled {
        signal: Signal,
    },
}

/// A figure or a name in the sentence of a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Detail {
    /// Bytes never read.
    Unread {
        bytes: u64,
    },
    /// Bytes given where `wanted` would have been right.
    Length {
        given: u64,
        wanted: u64,
    },
    /// The port used, and the one that was meant.
    Ports {
        used: u16,
        meant: u16,
    },
    Port {
        port: u16,
    },
    Address {
        address: String,
    },
    Clients {
        count: u64,
    },
    Times {
        count: u64,
    },
    /// Processes that ended and that nobody waited for.
    Zombies {
        count: u64,
    },
    /// Descriptors still open.
    Descriptors {
        count: u64,
    },
    /// A call, by its name.
    Call {
        name: Name,
    },
    Errno {
        errno: Errno,
    },
    Signal {
        signal: Signal,
    },
    /// Bytes of a message, as they were.
    Bytes {
        bytes: Vec<u8>,
    },
    /// A line or a field of HTTP.
    Field {
        text: String,
    },
    /// What owns a port, or is missing.
    Cause {
        cause: Cause,
    },
    /// The other process of a connection.
    Peer {
        pid: i32,
        command: String,
    },
    /// A function of the C library.
    Function {
        name: String,
    },
    /// The program is a client (`false`: a server).
    Client {
        is_client: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::{Evidence, Exhibit, Finding, Id, Severity};
    use crate::observed::SourceLine;

    #[test]
    fn names_go_both_ways_and_match_what_scripts_read() {
        for id in Id::all() {
            assert_eq!(Id::from_name(id.name()), Some(id));
            assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{}\"", id.name()));
        }
    }

    #[test]
    fn an_id_has_its_own_gravity() {
        for (id, severity) in [
            (Id::NoReuseaddr, Severity::Advice),
            (Id::UncheckedSetup, Severity::Defect),
            (Id::FramingAssumed, Severity::Weakness),
            (Id::PortInUse, Severity::Information),
            (Id::ListenLoopbackOnly, Severity::Advice),
        ] {
            assert_eq!(id.severity(), severity, "{}", id.name());
        }
        assert_eq!(Id::from_name("no-such-id"), None);
    }

    #[test]
    fn only_a_statement_says_that_listening_on_the_loopback_is_a_mistake() {
        let needing: Vec<Id> = Id::all().filter(|id| id.needs_statement()).collect();
        assert_eq!(needing, [Id::ListenLoopbackOnly]);
    }

    fn finding(id: Id, lines: &[Option<u32>]) -> Finding {
        let evidence = lines.iter().map(|line| {
            let source = line.map(|line| SourceLine { file: "prog.c".to_owned(), line, function: None });
            Evidence { pid: 1, at_us: 0, exhibit: Exhibit::Exited { code: 0 }, source, remark: None }
        });
        let (severity, evidence) = (id.severity(), evidence.collect());
        Finding { id, severity, pid: 1, fd: None, evidence, details: Vec::new(), count: 1 }
    }

    #[test]
    fn the_line_to_open_is_the_guilty_calls() {
        let opens = |id: Id, lines: &[Option<u32>]| finding(id, lines).source().map(|source| source.line);
        let lines = [None, Some(12), Some(20), None];
        for id in [Id::UncheckedSetup, Id::NoReuseaddr, Id::BadAddrlen, Id::ClientFixedPort, Id::Zombie] {
            assert_eq!(opens(id, &lines), Some(12), "{}", id.name());
        }
        for id in [Id::RecvZeroIgnored, Id::DoubleClose, Id::UseAfterClose, Id::SendWholeBuffer] {
            assert_eq!(opens(id, &lines), Some(20), "{}", id.name());
        }
        assert_eq!(opens(Id::Zombie, &[None]), None);
    }
}
