//! `socketlab serve`: a real server that tells each of its own calls.

use std::env;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use nix::unistd::getpid;

use super::exit::Exit;
use super::failure::{Failure, ListenFailure};
use super::interruptible_writer::Stream;
use super::peer::{Show, Voice, allow_many_descriptors, narrated};
use super::place;
use crate::cli::Screen;
use crate::cli::peer::ServeArgs;
use crate::cli::value::PortChoice;
use crate::event::peer::{Listening, Mode, ServeFinished, ServeStarted, Task, Transport};
use crate::event::{Event, FORMAT, PeerEvent, Reach};
use crate::observe::{Observer, cause, local};
use crate::peer::archive::Archive;
use crate::peer::caller::Caller;
use crate::peer::narration::Subject;
use crate::peer::server::open::{Endpoint, Refused, open};
use crate::peer::server::{Make, Server, Settings};
use crate::peer::service::Service;
use crate::peer::service::chat::Chat;
use crate::peer::service::echo::Echo;
use crate::peer::service::greet::Greet;
use crate::peer::service::http::content::{Content, ContentError};
use crate::peer::service::http::file_cache::FileCache;
use crate::peer::service::http::{Http, HttpSettings, HttpWords};
use crate::peer::service::silent::Silent;
use crate::peer::stop::Stop;
use crate::peer::taking::PATIENCE;
use crate::peer::tally::Tally;
use crate::play::port_lock::PortLock;
use crate::play::ports;
use crate::syscall::address::Address;
use crate::syscall::call::{Call, Value};
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;
use crate::text::http as pages;
use crate::text::usage::shell_word;

/// The port where nobody asks for another: the one of the courses.
const PORT: u16 = 3001;
/// The name of the process that serves.
const ACTOR: &str = "serveur";

/// Serves until Ctrl-C, or until `--once` is done.
///
/// # Errors
/// When the machine refuses the address, or a file cannot be opened.
pub fn run(arguments: &ServeArgs, screen: Screen) -> Result<Exit, Failure> {
    check(arguments)?;
    let (endpoint, _claim) = endpoint(arguments)?;
    let mut settings = settings(arguments)?;
    let show = Show { quiet: arguments.quiet, format: arguments.output.format, screen, stream: Stream::Stdout };
    let mut renderer = show.renderer()?;
    allow_many_descriptors();
    let voice = Voice::new(show);
    let tally = Arc::clone(&voice.tally);
    let caller = Caller::new(voice.events.clone(), ACTOR.to_owned());
    caller.events().send(Event::Peer(PeerEvent::ServeStarted(started(arguments, (&endpoint, &settings)))));
    let archive = arguments.save.as_deref().map(|path| archive(&caller, path)).transpose()?;
    settings.archive.clone_from(&archive);
    let opened = open(&caller, &endpoint, arguments.place.backlog);
    let stop = Stop::new().map_err(Failure::Terminal)?;
    let address = opened.as_ref().ok().map(|(_, address)| address.clone());
    let reach = address.as_ref().map(reach).unwrap_or_default();
    if let Some(address) = &address {
        let listening = Event::Peer(PeerEvent::Listening(Listening {
            transport: transport(&endpoint),
            task: arguments.task.task(),
            address: address.to_string(),
            reach: reach.clone(),
        }));
        // Where nothing is told, the address still is.
        if show.quiet { super::peer::show(renderer.as_mut(), &listening)? } else { caller.events().send(listening) }
    }
    let subject = subject(show, address.as_ref(), reach);
    let server = opened.map(|(listener, _)| Server::new(caller, listener, (settings, Arc::clone(&stop))));
    let presence = server.as_ref().ok().map(Server::presence);
    let present = move || presence.as_ref().map_or(0, |count| count());
    let outcome = narrated((voice, subject), (&stop, present), (show, renderer.as_mut()), |_events| {
        let server = server.map_err(|refused| failure(&refused, &endpoint))?;
        let result = server.run();
        if !show.quiet {
            server
                .caller
                .events()
                .send(Event::Peer(PeerEvent::ServeFinished(finished(server.caller.events().tally()))));
        }
        result.map_err(|error| failure(&Refused { call: Name::Accept, error }, &endpoint))
    });
    if let Endpoint::Unix(path) = &endpoint
        && address.is_some()
    {
        // It was ours: bind made it.
        let _ = std::fs::remove_file(path);
    }
    outcome??;
    if show.quiet {
        super::peer::show(renderer.as_mut(), &Event::Peer(PeerEvent::ServeFinished(finished(&tally))))?;
    }
    Ok(if Tally::of(&tally.unsaved) == 0 { Exit::Done } else { Exit::Io })
}

/// What the command line allows and the server cannot do.
fn check(arguments: &ServeArgs) -> Result<(), Failure> {
    match mode(arguments) {
        mode @ (Mode::Iterative | Mode::Fork) if arguments.task.chat => Err(Failure::ChatAlone(mode)),
        _ => Ok(()),
    }
}

fn mode(arguments: &ServeArgs) -> Mode {
    arguments.mode.unwrap_or(Mode::Threads)
}

fn transport(endpoint: &Endpoint) -> Transport {
    match endpoint {
        Endpoint::Tcp(_) => Transport::Tcp,
        Endpoint::Udp(_) => Transport::Udp,
        Endpoint::Unix(_) => Transport::Unix,
    }
}

/// Where to wait, and what keeps an offered port meanwhile.
fn endpoint(arguments: &ServeArgs) -> Result<(Endpoint, Option<PortLock>), Failure> {
    let place = &arguments.place;
    if let Some(path) = &place.unix {
        return Ok((Endpoint::Unix(path.clone()), None));
    }
    let (port, lock) = match place.port {
        None => (PORT, None),
        Some(PortChoice::Number(port)) => (port, None),
        Some(PortChoice::Auto) => ports::offer_any().map(|lock| (lock.port(), Some(lock))).map_err(place::taken)?,
    };
    let address = SocketAddr::new(ip(arguments), port);
    Ok((if place.udp { Endpoint::Udp(address) } else { Endpoint::Tcp(address) }, lock))
}

/// Every interface, but for the files of a folder: those are for this machine unless somebody says otherwise.
fn ip(arguments: &ServeArgs) -> IpAddr {
    let folder = matches!(&arguments.task.http, Some(Some(path)) if path.is_dir());
    match (arguments.place.bind, arguments.place.ipv6, folder) {
        (Some(ip), _, _) => ip,
        (None, true, true) => Ipv6Addr::LOCALHOST.into(),
        (None, true, false) => Ipv6Addr::UNSPECIFIED.into(),
        (None, false, true) => Ipv4Addr::LOCALHOST.into(),
        (None, false, false) => Ipv4Addr::UNSPECIFIED.into(),
    }
}

fn archive(caller: &Caller, path: &Path) -> Result<Arc<Archive>, Failure> {
    Archive::create(caller, path).map_err(|error| Failure::FileRefused { path: path.to_owned(), error })
}

fn settings(arguments: &ServeArgs) -> Result<Settings, Failure> {
    Ok(Settings {
        mode: mode(arguments),
        misbehaviours: arguments.misbehaviours.clone(),
        make: service(arguments)?,
        once: arguments.end.once,
        max_clients: arguments.end.max_clients,
        archive: None,
        patience: PATIENCE,
    })
}

fn service(arguments: &ServeArgs) -> Result<Box<Make>, Failure> {
    Ok(match arguments.task.task() {
        Task::Echo => Box::new(|| Box::new(Echo) as Box<dyn Service>),
        Task::Silent => Box::new(|| Box::new(Silent)),
        Task::Chat => Box::new(|| Box::new(Chat::default())),
        Task::Greet => {
            let text = arguments.task.greet.clone().unwrap_or_default().0;
            Box::new(move || Box::new(Greet { text: text.clone() }))
        }
        Task::Http => {
            let settings = Arc::new(http(arguments)?);
            Box::new(move || Box::new(Http::new(Arc::clone(&settings))))
        }
    })
}

fn http(arguments: &ServeArgs) -> Result<HttpSettings, Failure> {
    let path = arguments.task.http.clone().flatten();
    let content = Content::new(path.as_deref()).map_err(|error| {
        let path = path.clone().unwrap_or_default();
        match error {
            ContentError::Unreachable(error) => Failure::FileRefused { path, error },
            ContentError::NotAFile => Failure::NotAFile { path },
        }
    })?;
    let words = HttpWords { welcome: pages::WELCOME, status: pages::status_page, folder: pages::folder_page };
    let asked = &arguments.misbehaviours.http;
    Ok(HttpSettings { content, cache: FileCache::default(), words, bare_lf: asked.bare_lf, no_length: asked.no_length })
}

fn started(arguments: &ServeArgs, (endpoint, settings): (&Endpoint, &Settings)) -> ServeStarted {
    ServeStarted {
        format: FORMAT,
        actor: ACTOR.to_owned(),
        pid: getpid().as_raw(),
        transport: transport(endpoint),
        task: arguments.task.task(),
        mode: settings.mode,
        misbehaviours: settings.misbehaviours.list(),
        save: arguments.save.as_ref().map(|path| path.display().to_string()),
    }
}

/// What clients type.
fn reach(address: &Address) -> Vec<Reach> {
    local::reach_of(address).into_iter().map(|(local, address, port)| Reach { local, address, port }).collect()
}

fn subject(show: Show, address: Option<&Address>, reach: Vec<Reach>) -> Subject {
    Subject {
        actor: ACTOR.to_owned(),
        pid: getpid().as_raw(),
        hidden: Vec::new(),
        reach,
        pace: show.pace(),
        live: show.is_watched() && !show.screen.linear,
        ports: address.and_then(Address::port).into_iter().collect(),
    }
}

fn finished(tally: &Tally) -> ServeFinished {
    ServeFinished {
        clients: Tally::of(&tally.clients),
        received: Tally::of(&tally.received),
        sent: Tally::of(&tally.sent),
        calls: Tally::of(&tally.calls),
        errors: Tally::of(&tally.errors),
        skipped: Tally::of(&tally.skipped),
        lost: tally.losses(),
    }
}

fn failure(refused: &Refused, endpoint: &Endpoint) -> Failure {
    let errno = refused.error.raw_os_error().map(Errno::new);
    let elsewhere_helps =
        !matches!(endpoint, Endpoint::Unix(_)) && matches!(errno, Some(Errno::EADDRINUSE | Errno::EACCES));
    Failure::Listen(Box::new(ListenFailure {
        endpoint: endpoint.clone(),
        transport: transport(endpoint),
        call: refused.call,
        errno,
        cause: local_cause(refused, (endpoint, errno.unwrap_or(Errno::EINVAL))),
        command: elsewhere_helps.then(elsewhere).flatten(),
    }))
}

/// Why, as far as this machine tells.
fn local_cause(refused: &Refused, (endpoint, errno): (&Endpoint, Errno)) -> Option<crate::event::Cause> {
    let address = crate::peer::caller::address_of(&endpoint.address().ok()?);
    let call = Call { name: refused.call, arguments: vec![Value::Number(-1), Value::Address(address)] };
    let failure = cause::Failure { pid: getpid().as_raw(), call: &call, errno };
    cause::cause_over(&mut Observer::new().ok()?, failure, transport(endpoint).protocol())
}

/// The same command on a port that is free.
fn elsewhere() -> Option<String> {
    let port = ports::offer_any().ok()?.port();
    let mut words: Vec<String> = vec!["socketlab".to_owned()];
    let mut typed = env::args().skip(1);
    while let Some(word) = typed.next() {
        if word == "--port" {
            typed.next();
        } else if !word.starts_with("--port=") {
            words.push(shell_word(&word));
        }
    }
    Some(format!("{} --port {port}", words.join(" ")))
}
