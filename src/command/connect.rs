//! `socketlab connect`: a real client that tells each of its own calls.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::fcntl::OFlag;
use nix::unistd::{getpid, pipe2};

use super::exit::Exit;
use super::failure::{ConversationFailure, Failure};
use super::interruptible_writer::{OPEN_LINE, Stream, are_one};
use super::keyboard::Keyboard;
use super::peer::{Show, Voice, allow_many_descriptors, narrated};
use crate::cli::peer::ConnectArgs;
use crate::cli::{Format, Screen};
use crate::event::answer::Answer;
use crate::event::peer::{Attempt, ConnectFinished, ConnectStarted, End, Transport};
use crate::event::{Cause, Event, FORMAT, PeerEvent};
use crate::observe::own::out_of_the_way;
use crate::observe::{Observer, cause};
use crate::peer::caller::Caller;
use crate::peer::client::statuses;
use crate::peer::client::{self, Failed, Family, Finished, Handle, Settings, Target, Trouble};
use crate::peer::narration::Subject;
use crate::peer::stop::Stop;
use crate::peer::tally::Tally;
use crate::render::sanitize::sanitize_bytes;

/// The name of the process that connects.
const ACTOR: &str = "client";

/// How long a reset waits for the peer's first answer, where nobody says.
const RESET_PATIENCE: Duration = Duration::from_secs(2);

/// Connects, talks, and ends as the conversation did.
///
/// # Errors
/// When nothing can begin, or when the conversation failed.
pub fn run(arguments: &ConnectArgs, screen: Screen) -> Result<Exit, Failure> {
    let format = arguments.output.format;
    let show = Show { quiet: arguments.quiet, format, screen, stream: stream(format) };
    let mut renderer = show.renderer()?;
    allow_many_descriptors();
    let voice = Voice::new(show);
    let tally = Arc::clone(&voice.tally);
    let caller = Caller::new(voice.events.clone(), ACTOR.to_owned());
    caller.events().send(Event::Peer(PeerEvent::ConnectStarted(started(arguments))));
    let (output, screen) = output(show)?;
    let settings = settings(arguments, output);
    let stop = Stop::new().map_err(Failure::Terminal)?;
    // Its mode is put back when this function ends.
    let _raw = keyboard(arguments, &settings)?;
    let result = narrated((voice, subject(show)), (&stop, || 0), (show, renderer.as_mut()), |_events| {
        let caller = caller;
        let finished = client::run(&settings, &caller, &stop);
        if let Ok(finished) = &finished {
            caller.events().send(Event::Peer(PeerEvent::ConnectFinished(summary(arguments, (finished, &tally)))));
        }
        finished
    })?;
    drop(settings);
    if let Some(screen) = screen {
        // It ends with the pipe that it reads.
        let _ = screen.join();
    }
    conclude(
        arguments,
        result.map_err(|refusal| Failure::Conversation(Box::new(ConversationFailure::Refused(refusal))))?,
    )
}

/// Received bytes are the data of stdout, unless a person reads it, or a script that wants events.
fn stream(format: Format) -> Stream {
    if format == Format::Text && !io::stdout().is_terminal() { Stream::Stderr } else { Stream::Stdout }
}

fn transport(arguments: &ConnectArgs) -> Transport {
    match (&arguments.place.unix, arguments.place.udp) {
        (Some(_), _) => Transport::Unix,
        (None, true) => Transport::Udp,
        (None, false) => Transport::Tcp,
    }
}

fn started(arguments: &ConnectArgs) -> ConnectStarted {
    let path = arguments.place.unix.as_ref().map(|path| path.display().to_string());
    ConnectStarted {
        format: FORMAT,
        actor: ACTOR.to_owned(),
        pid: getpid().as_raw(),
        transport: transport(arguments),
        host: path.unwrap_or_else(|| host(arguments)),
        port: arguments.port,
        clients: arguments.how.clients.unwrap_or(1),
    }
}

/// Where received bytes go. A terminal never gets them raw: where nothing is narrated, they cross a pipe and are made
/// harmless on the way.
fn output(show: Show) -> Result<(Option<Handle>, Option<JoinHandle<()>>), Failure> {
    if show.format == Format::Json {
        return Ok((None, None));
    }
    if !io::stdout().is_terminal() {
        return Ok((Some(Box::new(Stream::Stdout)), None));
    }
    if !show.quiet {
        return Ok((None, None));
    }
    let (reader, writer) = pipe2(OFlag::O_CLOEXEC).map_err(|error| Failure::Output(error.into()))?;
    let reader = File::from(out_of_the_way(reader));
    let screen = thread::spawn(move || show_harmless(reader));
    Ok((Some(Box::new(out_of_the_way(writer))), Some(screen)))
}

fn show_harmless(mut reader: File) {
    let mut buffer = vec![0; 64 * 1024];
    let mut out = io::stdout().lock();
    while let Ok(count @ 1..) = reader.read(&mut buffer) {
        for line in buffer[..count].split_inclusive(|byte| *byte == b'\n') {
            let (line, end) = line.strip_suffix(b"\n").map_or((line, ""), |line| (line, "\n"));
            // A terminal that is gone has nobody before it.
            if io::Write::write_all(&mut out, format!("{}{end}", sanitize_bytes(line)).as_bytes()).is_err() {
                return;
            }
        }
        let _ = io::Write::flush(&mut out);
    }
}

fn settings(arguments: &ConnectArgs, output: Option<Handle>) -> Settings {
    let (saying, how, end) = (&arguments.saying, &arguments.how, &arguments.end);
    let several = how.clients.is_some_and(|clients| clients > 1);
    let typed = saying.http.is_none() && saying.send.is_none() && saying.send_file.is_none() && !end.half_close;
    Settings {
        http: saying.http.clone(),
        head: saying.head,
        expect_status: saying.expect_status.clone(),
        send: saying.send.clone().map(|text| text.0),
        send_file: saying.send_file.clone(),
        expect: saying.expect.clone().map(|text| text.0),
        fragment: how.pace.fragment,
        slow: how.pace.slow,
        reset: end.reset,
        half_close: end.half_close,
        clients: how.clients.unwrap_or(1),
        bind: arguments.place.bind,
        // A peer that never answers is reset all the same.
        timeout: end.timeout.or(end.reset.then_some(RESET_PATIENCE)),
        input: (typed && !several).then(|| Box::new(io::stdin()) as Handle),
        output: output.filter(|_| !several),
        open_line: (!arguments.quiet && !several && are_one()).then_some(&OPEN_LINE),
        ..Settings::to(target(arguments))
    }
}

fn target(arguments: &ConnectArgs) -> Target {
    if let Some(path) = &arguments.place.unix {
        return Target::Unix(path.clone());
    }
    let family = match (arguments.place.ipv4, arguments.place.ipv6) {
        (true, _) => Family::V4,
        (false, true) => Family::V6,
        (false, false) => Family::Any,
    };
    Target::Inet { host: host(arguments), port: arguments.port.unwrap_or_default(), family, udp: arguments.place.udp }
}

/// With `--raw`, each key is sent as it is struck.
fn keyboard(arguments: &ConnectArgs, settings: &Settings) -> Result<Option<Keyboard>, Failure> {
    if !arguments.how.raw || settings.input.is_none() || !io::stdin().is_terminal() {
        return Ok(None);
    }
    Keyboard::open(Arc::new(AtomicBool::new(false))).map(Some).map_err(Failure::Terminal)
}

fn subject(show: Show) -> Subject {
    Subject {
        actor: ACTOR.to_owned(),
        pid: getpid().as_raw(),
        hidden: Vec::new(),
        reach: Vec::new(),
        pace: show.pace(),
        // The person types on the same screen: nothing is drawn over what they type.
        live: false,
        ports: Vec::new(),
    }
}

fn summary(arguments: &ConnectArgs, (finished, tally): (&Finished, &Tally)) -> ConnectFinished {
    ConnectFinished {
        attempt: finished.attempt,
        end: finished.end,
        expected: finished.expected,
        answer: finished.answer.clone(),
        clients: arguments.how.clients.unwrap_or(1),
        received: finished.received,
        sent: finished.sent,
        calls: Tally::of(&tally.calls),
        errors: Tally::of(&tally.errors),
        skipped: Tally::of(&tally.skipped),
    }
}

/// Without the brackets that an IPv6 address has in a URL.
fn host(arguments: &ConnectArgs) -> String {
    let typed = arguments.host.as_deref().unwrap_or_default();
    let inside = typed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inside.filter(|inside| inside.contains(':')).unwrap_or(typed).to_owned()
}

fn whom(arguments: &ConnectArgs) -> String {
    let (host, port) = (host(arguments), arguments.port.unwrap_or_default());
    match &arguments.place.unix {
        Some(path) => path.display().to_string(),
        None if host.contains(':') => format!("[{host}]:{port}"),
        None => format!("{host}:{port}"),
    }
}

/// The exit code of a conversation; a failure where nothing else said why.
fn conclude(arguments: &ConnectArgs, finished: Finished) -> Result<Exit, Failure> {
    let failed = |failure| Err(Failure::Conversation(Box::new(failure)));
    let whom = whom(arguments);
    let mut results = finished.results;
    let call =
        results.iter_mut().find(|result| result.attempt == finished.attempt).and_then(|result| result.failed.take());
    let trouble = results.into_iter().find_map(|result| result.trouble);
    match trouble {
        Some(Trouble::Output(error)) => return Err(Failure::Output(error)),
        Some(trouble) => return failed(ConversationFailure::Trouble(trouble)),
        None => {}
    }
    let is_faulty = |answer: &Answer| answer.reason.is_some() && (answer.fault.is_some() || answer.status.is_some());
    if finished.end == Some(End::Stopped) {
        return Err(Failure::Interrupted);
    }
    if let Some(answer) = finished.answer.filter(is_faulty) {
        let wanted = arguments.saying.expect_status.as_ref().map(statuses).unwrap_or_default();
        return failed(ConversationFailure::Answer { answer, wanted });
    }
    match (finished.attempt, finished.end, finished.expected) {
        (Attempt::Connected, _, Some(false)) => {
            failed(ConversationFailure::NotSeen(arguments.saying.expect.clone().unwrap_or_default().0))
        }
        (Attempt::Connected, _, Some(true))
        | (Attempt::Connected, None | Some(End::ByPeer | End::ByUs | End::ResetByUs), None) => Ok(Exit::Done),
        // An answer came, then nothing more for as long as was asked.
        (Attempt::Connected, Some(End::TooSlow), None) if finished.received > 0 => Ok(Exit::Done),
        (Attempt::Connected, Some(end), None) => failed(ConversationFailure::CutShort { whom, end }),
        (
            attempt @ (Attempt::Impossible
            | Attempt::Refused
            | Attempt::Silent
            | Attempt::Unreachable
            | Attempt::Unresolved),
            _,
            _,
        ) => {
            let (transport, cause) = (transport(arguments), local_cause(arguments, call.as_ref()));
            failed(ConversationFailure::NotConnected { whom, attempt, transport, failed: call, cause })
        }
    }
}

/// Why a call failed, as far as this machine tells.
fn local_cause(arguments: &ConnectArgs, failed: Option<&Failed>) -> Option<Cause> {
    let Failed { call, errno } = failed?;
    let failure = cause::Failure { pid: getpid().as_raw(), call, errno: *errno };
    cause::cause_over(&mut Observer::new().ok()?, failure, transport(arguments).protocol())
}
