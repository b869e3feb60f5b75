use std::io;
use std::path::PathBuf;

use super::{
    blocked_for, born, exited, finished, heading, interrupted, killed, note, output_refused, promised, signalled,
    stopped, times, trouble, verdict, why,
};
use crate::author::typography;
use crate::event::trace::{TraceFinished, TraceStarted, Why};
use crate::observed::TraceNote;
use crate::syscall::errno::Errno;
use crate::syscall::fault::parse;
use crate::syscall::signal::Signal;
use crate::trace::TraceError;

fn assert_well_set(text: &str) {
    assert_eq!(typography::faults(&text.replace("#!", "")), Vec::new(), "{text}");
    for wrong in ["..", " .", " ,", "\x1b"] {
        assert!(!text.replace(" ./", " ").replace(" .c ", " ").contains(wrong), "{wrong:?} in {text}");
    }
}

fn whys() -> Vec<Why> {
    let owned = str::to_owned;
    vec![
        Why::NoClient { address: owned("0.0.0.0:3001") },
        Why::NoClient { address: owned("[::]:3001") },
        Why::NoClient { address: owned("/tmp/s") },
        Why::NoClient { address: owned("@abstract") },
        Why::NothingToRead { peer: None, datagram: false },
        Why::NothingToRead { peer: None, datagram: true },
        Why::NothingToRead { peer: Some(owned("127.0.0.1:50312")), datagram: false },
        Why::NothingToRead { peer: Some(owned("127.0.0.1:50312")), datagram: true },
        Why::BothReceive { peer_pid: 42, peer_command: owned("client") },
        Why::BufferFull { peer: None, queued: 2_621_440 },
        Why::NoAnswer { address: owned("10.0.0.1:80") },
        Why::Input,
        Why::Output,
        Why::NothingReady { fds: vec![], timeout_ms: None },
        Why::NothingReady { fds: vec![3], timeout_ms: Some(2500) },
        Why::NothingReady { fds: vec![3, 4, 5], timeout_ms: None },
        Why::NothingReady { fds: (0..1000).collect(), timeout_ms: Some(u64::MAX) },
        Why::NothingWatched { timeout_ms: None },
        Why::NothingWatched { timeout_ms: Some(2500) },
        Why::AnnouncedBefore { fd: 5, bytes: 7776 },
        Why::Children,
        Why::Time,
        Why::Unknown,
    ]
}

#[test]
fn why_a_call_sleeps_is_a_sentence() {
    for one in whys() {
        let text = why(&one);
        assert_well_set(&text);
        assert!(text.chars().count() < 250, "{text}");
    }
    assert_eq!(
        why(&Why::NoClient { address: "0.0.0.0:3001".into() }),
        "Le processus attend un client\u{a0}: quelqu’un doit se connecter au port 3001 de cette machine (toutes ses \
         adresses). Par exemple\u{a0}: nc 127.0.0.1 3001"
    );
    assert!(why(&Why::NoClient { address: "/tmp/s".into() }).ends_with("nc -U /tmp/s"));
    assert!(!why(&Why::NoClient { address: "/tmp/s;rm".into() }).contains("nc"));
    assert!(why(&Why::NothingReady { fds: vec![3, 4, 5], timeout_ms: None }).contains("3, 4 et 5"));
}

#[test]
fn every_note_is_a_sentence() {
    let fault = parse("recv:EINTR:3").unwrap();
    let notes = [
        TraceNote::AttachedIsSlow,
        TraceNote::PrivilegeLost { program: "./s".into() },
        TraceNote::IoUring { pid: 42 },
        TraceNote::ThirtyTwoBits { pid: 42 },
        TraceNote::LeakCheckOff,
        TraceNote::TracerRefused { pid: 42 },
        TraceNote::TimeIsOver { seconds: 5 },
        TraceNote::FaultUnused { fault, seen: 1 },
        TraceNote::Ended { processes: 1 },
        TraceNote::Ended { processes: 12 },
        TraceNote::Detached { pid: 42 },
    ];
    for one in &notes {
        let text = note(one);
        assert!(text.ends_with('.'), "{text}");
        assert_well_set(&text);
    }
}

#[test]
fn troubles_come_with_their_remedy() {
    let program = || PathBuf::from("serveur\u{1b}[2J");
    let (errno, owned) = (Errno::EPERM, str::to_owned);
    let mut errors = vec![
        TraceError::NotFound { program: program() },
        TraceError::NotFound { program: PathBuf::from("./serveur") },
        TraceError::NotFound { program: PathBuf::new() },
        TraceError::NotFound { program: PathBuf::from("./serveur 3001") },
        TraceError::NotFound { program: PathBuf::from("serveur.c") },
        TraceError::NotExecutable { program: PathBuf::from("./serveur.c"), errno: Errno::EACCES },
        TraceError::NoInterpreter { program: program(), interpreter: owned("/bin/nothing\r") },
        TraceError::NoSuchProcess { pid: 42 },
        TraceError::Foreign { pid: 1, uid: Some(0) },
        TraceError::Foreign { pid: 1, uid: None },
        TraceError::AlreadyTraced { pid: 1, by: 2 },
        TraceError::NoFilter { errno },
        TraceError::Output(io::Error::from_raw_os_error(28)),
        TraceError::Refused { call: "fork", errno: Errno::EAGAIN },
    ];
    for errno in [Errno::EACCES, Errno::ENOEXEC, Errno::ETXTBSY, Errno::EISDIR, Errno::EIO] {
        errors.push(TraceError::NotExecutable { program: program(), errno });
    }
    errors.extend([None, Some(0), Some(1), Some(2), Some(3)].map(|yama| TraceError::Forbidden { yama, errno }));
    for error in &errors {
        let text = trouble(error);
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.starts_with("erreur\u{a0}: ") && !text.contains("sudo"), "{text}");
        assert!(!text.contains(['\u{1b}', '\r']), "{text:?}");
        text.lines().for_each(assert_well_set);
    }
    assert!(output_refused(&program(), &io::Error::from_raw_os_error(13)).contains("EACCES"));
}

#[test]
fn what_happens_to_processes_is_said() {
    assert_eq!(born(7, 7, Some(3)), "nouveau processus 7, enfant de 3");
    assert_eq!(born(7, 9, Some(7)), "nouveau fil 9 du processus 7");
    assert_eq!(exited(7, 7, 1), "le processus 7 se termine, code de sortie 1");
    assert_eq!(exited(7, 9, 0), "le fil 9 du processus 7 se termine");
    assert_eq!(
        killed(7, Signal::SIGPIPE, false),
        "le processus 7 est tué par SIGPIPE\u{a0}: il écrivait vers une connexion qui ne peut plus, ou pas encore, \
         recevoir"
    );
    assert_eq!(signalled(Signal::SIGINT, None, false), "le signal SIGINT arrive (Ctrl-C)");
    assert_eq!(signalled(Signal::SIGUSR1, Some(9), false), "le signal SIGUSR1 arrive, envoyé par le processus 9");
    assert_eq!(signalled(Signal::SIGTERM, Some(9), true), "le signal SIGTERM arrive, envoyé par socketlab");
    assert_eq!(stopped(Signal::SIGTSTP), "suspendu par SIGTSTP\u{202f}; SIGCONT le fera repartir");
    assert_eq!(interrupted(Some(Signal::SIGUSR1)), "interrompu par SIGUSR1");
    assert_eq!(blocked_for(7_400), "bloqué depuis 0:07");
}

#[test]
fn the_beginning_and_the_end() {
    let mut started = TraceStarted {
        format: 1,
        program: "./serveur".into(),
        arguments: vec!["3001".into()],
        attached: None,
        faults: Vec::new(),
    };
    assert_eq!(heading(&started), "socketlab trace · ./serveur 3001");
    started.attached = Some(42);
    assert_eq!(heading(&started), "socketlab trace · processus 42 (./serveur)");
    assert_eq!(
        promised(&parse("recv:EINTR:2").unwrap()),
        "Panne demandée\u{a0}: recv échouera avec EINTR, au 2e appel."
    );
    let end = TraceFinished {
        exit: Some(0),
        signal: None,
        calls: 23,
        errors: 2,
        defects: 2,
        weaknesses: 1,
        advice: 0,
        information: 0,
        hidden: 0,
    };
    assert_eq!(finished(&end), "Fin du programme, code de sortie 0\u{a0}: 23 appels suivis, 2 échecs.");
    assert_eq!(verdict(&end), "Verdict\u{a0}: 2 défauts, 1 fragilité.");
    let killed = TraceFinished { exit: None, signal: Some(Signal::SIGSEGV), hidden: 12_000, ..end };
    assert_well_set(&finished(&killed));
    assert_eq!(verdict(&killed), "Verdict\u{a0}: 2 défauts, 1 fragilité.");
    let crashed = TraceFinished { defects: 0, weaknesses: 0, ..killed };
    assert!(verdict(&crashed).contains("s’est écrasé (SIGSEGV)") && verdict(&crashed).contains("-fsanitize=address"));
    assert_well_set(&verdict(&crashed));
    let advised = TraceFinished { advice: 1, ..crashed };
    assert_eq!(verdict(&advised), "Verdict\u{a0}: 1 conseil\u{202f}; le programme s’est écrasé (SIGSEGV).");
    assert_eq!(times(1), None);
    assert_eq!(times(3).as_deref(), Some("vu 3 fois"));
}
