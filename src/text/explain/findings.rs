//! Findings explained in general, each with the mistake and its correction in C.

use super::{Explanation, heading, inlines, paragraph};
use crate::finding::{Id, Severity};
use crate::lesson::model::Block;
use crate::text::finding::{general, lessons, meaning, severity, spared};

/// Declares the programs: each id has two, which the tests compile and run under `trace`.
macro_rules! mistakes {
    ($($id:ident = $name:literal;)*) => {
        const MISTAKES: &[(Id, &str, &str)] = &[$((
            Id::$id,
            include_str!(concat!("mistakes/", $name, "-wrong.c")),
            include_str!(concat!("mistakes/", $name, "-right.c")),
        ),)*];
    };
}

mistakes! {
    NoReuseaddr = "no-reuseaddr";
    UncheckedSetup = "unchecked-setup";
    RecvZeroIgnored = "recv-zero-ignored";
    RecvNotTerminated = "recv-not-terminated";
    FramingAssumed = "framing-assumed";
    SigpipeDeath = "sigpipe-death";
    SingleClient = "single-client";
    IterativeOnly = "iterative-only";
    SendWholeBuffer = "send-whole-buffer";
    SendTrailingNul = "send-trailing-nul";
    SendOverread = "send-overread";
    SendPointerSize = "send-pointer-size";
    SendTruncated = "send-truncated";
    Zombie = "zombie";
    FdLeak = "fd-leak";
    ForkKeepsClient = "fork-keeps-client";
    ForkKeepsListener = "fork-keeps-listener";
    RecvErrorIgnored = "recv-error-ignored";
    AcceptAddrlen = "accept-addrlen";
    PerrorAfterSuccess = "perror-after-success";
    HttpBareLf = "http-bare-lf";
    HttpStatusLine = "http-status-line";
    HttpContentLength = "http-content-length";
    HttpNoLength = "http-no-length";
    HttpHostMissing = "http-host-missing";
    RequestNotRead = "request-not-read";
    ReplyNotRead = "reply-not-read";
    MissingHtons = "missing-htons";
    MissingSocket = "missing-socket";
    BadAddress = "bad-address";
    BadAddrlen = "bad-addrlen";
    ClientFixedPort = "client-fixed-port";
    AcceptBeforeListen = "accept-before-listen";
    SendOnListener = "send-on-listener";
    SendUnconnected = "send-unconnected";
    UseAfterClose = "use-after-close";
    DoubleClose = "double-close";
    PortInUse = "port-in-use";
    PortPrivileged = "port-privileged";
    AddressNotLocal = "address-not-local";
    ConnectionRefused = "connection-refused";
    ClientKillsServer = "client-kills-server";
    BusyLoop = "busy-loop";
    BothReceive = "both-receive";
    ExitZeroAfterError = "exit-zero-after-error";
    StdinEofSpin = "stdin-eof-spin";
    ShortSendIgnored = "short-send-ignored";
    EintrFatal = "eintr-fatal";
    WrongSuccessTest = "wrong-success-test";
    FakeClose = "fake-close";
    UdpTruncated = "udp-truncated";
    ListenLoopbackOnly = "listen-loopback-only";
    ObsoleteFunction = "obsolete-function";
}

/// What stands around the decisive lines.
const MARKS: (&str, &str) = ("/* >>> */", "/* <<< */");

/// The decisive lines of a mistake, and of its correction.
#[must_use]
pub fn excerpts(id: Id) -> (String, String) {
    let programs = MISTAKES.iter().find(|row| row.0 == id);
    programs.map_or_else(Default::default, |(_, wrong, right)| (excerpt(wrong), excerpt(right)))
}

/// The lines between the marks, moved to the left margin.
fn excerpt(program: &str) -> String {
    let marked = |mark: &'static str| move |line: &&str| line.trim() != mark;
    let inside = program.lines().skip_while(marked(MARKS.0)).skip(1).take_while(marked(MARKS.1));
    let lines: Vec<&str> = inside.collect();
    let indent = |line: &&&str| line.len() - line.trim_start().len();
    let margin = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(&line)).min().unwrap_or(0);
    let lines: Vec<&str> = lines.iter().map(|line| line.get(margin..).unwrap_or("")).collect();
    lines.join("\n")
}

/// A finding in general.
pub(super) fn finding(id: Id) -> Explanation {
    let said = general(id);
    let (wrong, right) = excerpts(id);
    let kind = severity(id.severity());
    let blocks = vec![
        paragraph(&said.title),
        heading("Ce qui se passe"),
        paragraph(&said.happened),
        heading("Pourquoi"),
        paragraph(&said.why),
        heading("À écrire"),
        paragraph(&said.instead),
        paragraph(&format!("Jamais dit {}", spared(id))),
        heading("Un exemple de l’erreur"),
        program(wrong),
        heading("Et sa correction"),
        program(right),
    ];
    let said = if id.needs_statement() { "que seul un énoncé permet de dire" } else { "que trace reconnaît" };
    Explanation::new(format!("{} · {kind} {said}", id.name()), blocks).taught(lessons(id))
}

fn program(text: String) -> Block {
    Block::Preformatted { language: "c".to_owned(), text }
}

/// The list of what `trace` finds, the worst first.
pub(super) fn blocks() -> Vec<Block> {
    let severities = [Severity::Defect, Severity::Weakness, Severity::Advice, Severity::Information];
    severities.into_iter().flat_map(of_severity).collect()
}

fn of_severity(kind: Severity) -> [Block; 3] {
    let ids = Id::all().filter(|id| id.severity() == kind && !id.needs_statement());
    let items = ids.map(|id| inlines(&format!("`{}` : {}", id.name(), general(id).title))).collect();
    let title = format!("{}s", capitalised(severity(kind)));
    [heading(&title), paragraph(&format!("{}.", capitalised(meaning(kind)))), Block::List { ordered: false, items }]
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
