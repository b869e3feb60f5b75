//! Births, programs, signals, ends: what is known of processes from them.

use crate::diagnose::ledger::process::Disposition;
use crate::diagnose::tests::script::{MAIN, Made, Script, call, receive};
use crate::finding::Severity::{Defect, Weakness};
use crate::finding::{Exhibit, Id};
use crate::observed::{TraceNote, What};
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::signal::Signal;
use crate::syscall::sys::Sys;

fn names(names: &str) -> Value {
    Value::Symbol(names.to_owned())
}

#[test]
fn a_thread_is_a_task_and_no_process() {
    let mut script = Script::server();
    assert!(!script.process().had_threads);
    script.starts_thread(101).starts_thread(102);
    let process = script.process();
    assert_eq!(
        (process.tasks.iter().copied().collect(), process.had_threads, process.forks),
        (vec![100, 101, 102], true, 0)
    );
    assert!(script.ledger().process(101).is_none());
    script.does(call(Sys::Nanosleep).gives(0));
    assert!(script.process().had_threads);

    script.thread(MAIN, 101).does(call(Sys::Accept).on(3).fails(Errno::EAGAIN)).awaits(3);
    script.is_interrupted(receive(3, b"", 9)).awaits(3);
    script.thread(MAIN, 102).awaits(3).does(call(Sys::Accept).on(3).fails(Errno::EAGAIN)).awaits(3);
    let known = |script: &Script, tid: i32| {
        let process = script.process();
        let maps = [process.pending.contains_key(&tid), process.spins.contains_key(&tid)];
        (process.tasks.contains(&tid), maps, process.suspended.contains_key(&tid))
    };
    assert_eq!((known(&script, 101), known(&script, 102)), ((true, [true; 2], true), (true, [true; 2], false)));
    script.thread(MAIN, 101).exits(0);
    assert_eq!((known(&script, 101), known(&script, 102)), ((false, [false; 2], false), (true, [true; 2], false)));
    assert!(script.at(3).is_some());
}

#[test]
fn a_child_shares_its_parents_sockets() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"x\n");
    let clock = script.ledger().clock;
    script.starts_thread(101).forks(200);
    let socket = script.at(4).unwrap();
    assert_eq!((socket.references, socket.copied.map(|copied| copied.0)), (2, Some(MAIN)));
    assert!(socket.copied.unwrap().1 > clock && socket.users[&MAIN] < socket.copied.unwrap().1);
    assert_eq!((script.process().forks, script.process().last_fork.is_some()), (1, true));
    script.by(200);
    assert_eq!((script.process().parent, script.process().had_threads), (Some(MAIN), false));
    assert!(script.at(4).is_some());
    // A thread's child is its process's.
    script.by(300).what(What::Born { parent: Some(101) });
    assert_eq!((script.process().parent, script.process().program.as_slice()), (Some(MAIN), &b"prog"[..]));
    script.by(MAIN);
    assert_eq!((script.process().forks, script.at(4).unwrap().references), (2, 3));
    script.by(400).what(What::Born { parent: Some(77) });
    assert_eq!((script.process().parent, script.process().tasks.len(), script.at(4).is_none()), (Some(77), 1, true));
    // With the processes, the references go.
    script.by(200).exits(0).by(300).exits(0).by(MAIN);
    assert_eq!((script.at(4).unwrap().references, script.at(3).unwrap().listening.open), (1, 1));
}

#[test]
fn another_program_is_another() {
    let mut script = Script::server();
    script.handles("SIGINT", "0x401136").handles("SIGPIPE", "SIG_IGN").handles("SIGTERM", "SIG_DFL");
    script.starts_thread(101).accept(3, 4).recv(4, b"bonjour").close(4);
    script.does(call(Sys::Socket).symbol("AF_INET").symbol("SOCK_STREAM").fails(Errno::EMFILE));
    script.does(call(Sys::Accept).on(3).fails(Errno::EAGAIN)).awaits(3);
    let long = "a".repeat(300);
    let arguments: Vec<&str> = [&["/usr/bin/env", &long][..], &[""; 70]].concat();
    script.executes(&arguments);
    let process = script.process();
    assert_eq!(
        (process.program.as_slice(), process.arguments.len(), process.arguments[1].len()),
        (&b"env"[..], 64, 256)
    );
    assert_eq!((process.tasks.len(), process.had_threads, process.closed.len()), (1, false, 0));
    assert!(process.memory.texts.is_empty() && process.no_descriptor.is_none());
    assert!(process.pending.is_empty() && process.spins.is_empty());
    assert_eq!(process.signals.iter().collect::<Vec<_>>(), [(&Signal::SIGPIPE, &Disposition::Ignored)]);
    assert!(script.at(3).is_some());
}

#[test]
fn a_handler_makes_an_interrupted_call_fail_unless_it_is_restarted() {
    let poll = || call(Sys::Poll).with(Value::List(vec![Value::Number(3)]));
    let accept = || call(Sys::Accept).on(3);
    for (flags, made, fails) in [
        (Some("0"), accept(), true),
        (Some("SA_RESTART"), accept(), false),
        (Some("SA_RESTART|SA_NOCLDSTOP"), poll(), true),
        (Some("0"), poll(), true),
        (None, accept(), false),
    ] {
        let mut script = Script::server();
        if let Some(flags) = flags {
            script.handles_with("SIGCHLD", "0x401136", names(flags));
        }
        script.is_interrupted(made.clone()).gets_signal(Signal::SIGCHLD);
        let process = script.process();
        let last = process.last.as_ref().is_some_and(|last| last.errno == Some(Errno::EINTR));
        assert_eq!((last, process.failed.len()), (fails, usize::from(fails)), "{flags:?} {made:?}");
        assert_eq!((process.suspended.len(), process.last_signal), (0, Some(Signal::SIGCHLD)));
    }
}

#[test]
fn some_signals_ask_a_program_to_end() {
    for (signal, handled, asks) in [
        (Signal::SIGINT, false, true),
        (Signal::SIGTERM, true, true),
        (Signal::SIGHUP, false, true),
        (Signal::SIGQUIT, false, true),
        (Signal::SIGALRM, false, true),
        (Signal::SIGALRM, true, false),
        (Signal::SIGUSR1, false, false),
    ] {
        let mut script = Script::server();
        if handled {
            script.handles(signal.name().unwrap(), "0x401136");
        }
        script.gets_signal(signal);
        assert_eq!(script.process().asked_to_end, asks.then_some(signal), "{signal:?} {handled}");
    }
}

#[test]
fn the_dead_of_a_server_that_is_asked_to_end_while_it_serves() {
    for (serves, dead) in [(true, 2), (false, 0)] {
        let mut script = Script::server();
        for child in [101, 102, 103] {
            script.forks(child).by(child);
            if child == 103 {
                script.gets_signal(Signal::SIGTERM);
            }
            script.exits(0).by(MAIN);
        }
        if serves {
            script.awaits(3);
        }
        script.gets_signal(Signal::SIGINT);
        assert_eq!((script.process().dead_while_serving, script.process().dead.len()), (dead, 3));
        let asked: Vec<bool> = script.process().dead.iter().map(|dead| dead.asked).collect();
        assert_eq!(asked, [false, false, true]);
    }
}

#[test]
fn the_end_of_a_child_is_told_to_its_parent() {
    let mut script = Script::server();
    script.accept(3, 4).forks(200).by(200).exits(3).by(MAIN).forks(201);
    let dead = &script.process().dead[0];
    assert_eq!((dead.pid, dead.accepted, dead.proof.pid), (200, 1, 200));
    assert!(matches!(dead.proof.exhibit, Exhibit::Exited { code: 3 }) && dead.proof.at_us > 0);
    assert!(script.ledger().process(200).is_none());
    script.by(201).is_killed(Signal::SIGSEGV).by(MAIN);
    assert!(matches!(script.process().dead[1].proof.exhibit, Exhibit::Killed { signal: Signal::SIGSEGV }));
    assert!(script.ledger().process(201).is_none());
    for (flags, handler) in [(Value::Number(0), "SIG_IGN"), (names("SA_NOCLDWAIT"), "0x401136")] {
        let mut none = Script::server();
        none.handles_with("SIGCHLD", handler, flags).forks(200).by(200).exits(0).by(MAIN);
        assert!(none.process().leaves_no_zombies && none.process().dead.is_empty());
        none.handles("SIGINT", "0x401136");
        assert!(none.process().leaves_no_zombies);
        none.handles("SIGCHLD", "SIG_DFL");
        assert!(!none.process().leaves_no_zombies);
    }
}

#[test]
fn a_child_is_waited_for_whatever_the_call() {
    let waitid = |child: i64| {
        let info = vec![("si_signo".to_owned(), Value::Number(17)), ("si_pid".to_owned(), Value::Number(child))];
        call(Sys::Waitid).symbol("P_ALL").number(0).with(Value::Record(info)).symbol("WEXITED").gives(0)
    };
    let wait = |sys: Sys, child: i64| call(sys).number(-1).with(Value::Null).number(0).gives(child);
    for (made, left, early) in [
        (wait(Sys::Wait4, 200), 1, 0),
        (wait(Sys::Waitpid, 200), 1, 0),
        (waitid(200), 1, 0),
        (wait(Sys::Waitpid, 0), 2, 0),
        (wait(Sys::Waitpid, 300), 2, 1),
        (waitid(0), 2, 0),
        (call(Sys::Waitid).symbol("P_ALL").number(0).with(Value::Null).gives(0), 2, 0),
        (call(Sys::Waitpid).number(-1).fails(Errno::ECHILD), 2, 0),
    ] {
        let mut script = Script::server();
        script.forks(200).forks(201).by(200).exits(0).by(201).exits(0).by(MAIN).does(made.clone());
        let process = script.process();
        assert_eq!((process.dead.len(), process.reaped_early.len(), process.waits), (left, early, 1), "{made:?}");
    }
}

#[test]
fn a_child_may_be_waited_for_before_its_end_is_told() {
    let mut script = Script::server();
    script.forks(200).waits_for(200).by(200).exits(0).by(MAIN);
    assert!(script.process().dead.is_empty() && script.process().reaped_early.is_empty());
    script.forks(201).by(201).exits(0).by(MAIN).waits_for(201);
    assert!(script.process().reaped_early.is_empty());
    for child in 1000..1100 {
        script.waits_for(child);
    }
    script.does(call(Sys::Waitpid).number(-1).gives(0));
    assert_eq!((script.process().reaped_early.len(), script.process().waits), (64, 103));
}

#[test]
fn a_fork_that_was_tried_is_known_whatever_came_of_it() {
    let clone = |sys: Sys, flags: &str| call(sys).symbol(flags);
    for (made, forked) in [
        (call(Sys::Fork).gives(200), true),
        (call(Sys::Vfork).gives(200), true),
        (clone(Sys::Clone, "CLONE_CHILD_SETTID|SIGCHLD").gives(200), true),
        (clone(Sys::Clone3, "CLONE_VM|CLONE_THREAD").gives(200), false),
        (call(Sys::Fork).fails(Errno::EAGAIN), false),
        (call(Sys::Fork).gives(0), false),
    ] {
        let mut script = Script::server();
        script.does(made.clone());
        assert_eq!((script.process().last_fork.is_some(), script.process().tried_to_fork), (forked, true), "{made:?}");
    }
    assert!(!Script::server().process().tried_to_fork);
}

#[test]
fn what_a_signal_does_is_what_was_asked_last() {
    let action = |handler: &str, flags: &str| {
        Value::Record(vec![("sa_handler".to_owned(), names(handler)), ("sa_flags".to_owned(), names(flags))])
    };
    let set = |action: Value| call(Sys::RtSigaction).symbol("SIGUSR1").with(action).with(Value::Null);
    let handler = |restarts: bool| Some(Disposition::Handler { restarts });
    for (made, disposition) in [
        (set(action("SIG_IGN", "0")).gives(0), Some(Disposition::Ignored)),
        (set(action("SIG_DFL", "0")).gives(0), Some(Disposition::Default)),
        (set(action("0x401136", "0")).gives(0), handler(false)),
        (set(action("0x401136", "SA_RESTART")).gives(0), handler(true)),
        (set(action("0x401136", "0")).fails(Errno::EINVAL), None),
        (set(Value::Null).gives(0), None),
    ] {
        let mut script = Script::server();
        script.does(made.clone());
        assert_eq!(script.process().signals.get(&Signal::SIGUSR1).copied(), disposition, "{made:?}");
    }
}

#[test]
fn something_is_remembered_of_who_has_ended() {
    let mut script = Script::client();
    script.does(call(Sys::Close).on(20).fails(Errno::EBADF));
    for ended in [false, true] {
        let exit_record = script.ledger().exit_record(MAIN);
        assert_eq!((exit_record.program.as_slice(), exit_record.stray_closes), (&b"prog"[..], 1), "{ended}");
        assert!(exit_record.connected_ports.contains(&3001));
        if !ended {
            script.exits(0);
        }
    }
    for pid in 200..600 {
        script.by(pid).what(What::Born { parent: None }).executes(&["./other"]).exits(0);
    }
    let known = |pid: i32| !script.ledger().exit_record(pid).program.is_empty();
    assert_eq!([MAIN, 454, 455, 599].map(known), [true, true, false, false]);
    assert!(script.ledger().process(454).is_none());
}

#[test]
fn who_does_something_exists() {
    let mut script = Script::new();
    let clock = script.ledger().clock;
    script.by(500).what(What::Note(TraceNote::AttachedIsSlow));
    assert!(script.ledger().process(500).is_none());
    script.does(call(Sys::Nanosleep).gives(0));
    assert_eq!((script.process().pid, script.process().parent), (500, None));
    assert_eq!(script.ledger().clock, clock + 3);
    script.thread(500, 501).does(call(Sys::Nanosleep).gives(0)).by(500).does(call(Sys::Nanosleep).gives(0));
    assert!(script.process().had_threads && script.process().tasks.len() == 2);
}

/// The unread bytes of a server that had read from others are those of a client that it refused.
#[test]
fn a_server_reads_others_once_it_has() {
    let refuses = |made: Option<Made>| {
        let mut script = Script::server();
        script.accept(3, 4);
        if let Some(made) = made {
            script.does(made);
        }
        script.accept(3, 5).send(5, b"HTTP/1.0 503 Complet\r\n\r\n").does(call(Sys::Close).on(5).unread(12).gives(0));
        script.severity(Id::RequestNotRead)
    };
    assert_eq!(refuses(None), Some(Defect));
    assert_eq!(refuses(Some(receive(4, b"x", 9).gives(1))), Some(Weakness));
    assert_eq!(refuses(Some(receive(4, b"x", 9).symbol("MSG_PEEK").gives(1))), Some(Defect));
}
