use crate::diagnose::tests::script::{MAIN, Made, Script, call, receive, sending};
use crate::finding::{Detail, Id, Severity};
use crate::observed::{Subject, What};
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::signal::Signal;
use crate::syscall::sys::Sys;

fn serve(script: &mut Script, clients: u32) {
    for _ in 0..clients {
        script.accept(3, 4).recv(4, b"x\n").send(4, b"x\n").recv_end(4).close(4);
    }
}

fn fork_server(clients: i32, reap: impl Fn(&mut Script, i32)) -> Script {
    let mut script = Script::server();
    for child in 101..101 + clients {
        script.accept(3, 4).forks(child).close(4).by(child).close(3);
        script.recv(4, b"x\n").send(4, b"x\n").recv_end(4).close(4).exits(0).by(MAIN);
        reap(&mut script, child);
    }
    script.awaits(3);
    script
}

fn reaps(script: &mut Script, child: i32) {
    script.waits_for(child);
}

#[test]
fn children_that_nobody_waits_for() {
    fork_server(3, |_, _| {}).finds(&[Id::Zombie]);
    fork_server(3, reaps).finds(&[]);
    fork_server(1, |_, _| {}).finds(&[]);
}

/// All its clients come before the first child's death, and a signal ends it where it waits for the next one.
fn burst(prepare: impl Fn(&mut Script), die: impl Fn(&mut Script)) -> Script {
    let mut script = Script::server();
    prepare(&mut script);
    for child in [101, 102] {
        script.accept(3, 4).forks(child).close(4).by(child).close(3).recv(4, b"x\n").recv_end(4).close(4).by(MAIN);
    }
    for child in [101, 102] {
        script.by(child);
        die(&mut script);
    }
    script.by(MAIN).is_interrupted(call(Sys::Accept).on(3).length_in(16));
    script
}

#[test]
fn a_server_that_is_stopped_while_it_serves_leaves_its_dead() {
    let exits = |script: &mut Script| {
        script.exits(0);
    };
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        burst(|_| {}, exits).is_killed(signal).finds(&[Id::Zombie]);
    }
    let ignores = |script: &mut Script| {
        script.handles("SIGCHLD", "SIG_IGN");
    };
    burst(ignores, exits).is_killed(Signal::SIGINT).finds(&[]);
    let handles = |script: &mut Script| {
        script.handles("SIGCHLD", "0x401136");
    };
    burst(handles, exits).is_killed(Signal::SIGINT).finds(&[]);
    let with_it = |script: &mut Script| {
        script.is_killed(Signal::SIGINT);
    };
    burst(|_| {}, with_it).is_killed(Signal::SIGINT).finds(&[]);
    let mut by_itself = burst(|_| {}, exits);
    by_itself.exits(0);
    by_itself.finds(&[]);
    let mut late = burst(|_| {}, exits);
    late.waits_for(101).waits_for(102).awaits(3).is_killed(Signal::SIGINT).finds(&[]);
}

#[test]
fn children_reaped_late_are_reaped() {
    let mut script = fork_server(4, |_, _| {});
    script.by(MAIN);
    for child in 101..105 {
        script.waits_for(child);
    }
    script.finds(&[]);
    let mut ignored = Script::server();
    ignored.handles("SIGCHLD", "SIG_IGN");
    for child in [101, 102, 103] {
        ignored.accept(3, 4).forks(child).close(4).by(child).close(3).recv(4, b"x\n").close(4).exits(0).by(MAIN);
    }
    ignored.awaits(3);
    ignored.finds(&[]);
}

#[test]
fn death_by_sigpipe() {
    let mut server = Script::server();
    server.accept(3, 4).recv(4, b"x\n").does(sending(4, b"y\n").fails(Errno::EPIPE)).is_killed(Signal::SIGPIPE);
    assert_eq!(server.severity(Id::SigpipeDeath), Some(Severity::Defect));
    server.finds(&[Id::SigpipeDeath]);
    let mut client = Script::client();
    client.send(3, b"x\n").does(sending(3, b"y\n").fails(Errno::EPIPE)).is_killed(Signal::SIGPIPE);
    assert_eq!(client.severity(Id::SigpipeDeath), Some(Severity::Weakness));
}

#[test]
fn a_pipeline_whose_reader_left_is_nobodys_mistake() {
    let mut script = Script::client();
    script.recv(3, b"x\n");
    let write = call(Sys::Write).on(1).subject(Subject::Pipe);
    script
        .does(write.carries(crate::syscall::sys::Direction::Sent, b"x\n", 2).fails(Errno::EPIPE))
        .is_killed(Signal::SIGPIPE);
    script.finds(&[]);
}

#[test]
fn an_epipe_that_is_handled() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"x\n").does(sending(4, b"y\n").fails(Errno::EPIPE)).close(4);
    serve(&mut script, 1);
    script.awaits(3);
    script.finds(&[]);
}

#[test]
fn one_client_and_it_is_over() {
    let mut script = Script::server();
    serve(&mut script, 1);
    script.close(3).exits(0);
    assert_eq!(script.severity(Id::SingleClient), Some(Severity::Advice));
    script.finds(&[]);
    let mut again = Script::server();
    serve(&mut again, 1);
    again.awaits(3).is_killed(Signal::SIGTERM);
    assert!(!again.has(Id::SingleClient));
}

#[test]
fn one_client_after_the_other() {
    let mut script = Script::server();
    serve(&mut script, 2);
    script.awaits(3);
    assert_eq!(script.severity(Id::IterativeOnly), Some(Severity::Advice));
    let mut closes = Script::server();
    serve(&mut closes, 2);
    closes.close(3).exits(0);
    assert_eq!(closes.severity(Id::IterativeOnly), Some(Severity::Advice));
    let mut forks = fork_server(2, reaps);
    forks.by(MAIN).close(3).exits(0);
    assert!(!forks.has(Id::IterativeOnly));

    let mut polls = Script::server();
    let list = |fds: &[i64]| Value::List(fds.iter().map(|fd| Value::Number(*fd)).collect());
    for _ in 0..2 {
        polls.does(
            call(Sys::Select).number(5).with(list(&[3, 4])).with(list(&[])).with(list(&[])).gives(1).lasting(9000),
        );
        serve(&mut polls, 1);
    }
    assert!(!polls.has(Id::IterativeOnly));
    let mut threads = Script::server();
    threads.accept(3, 4).starts_thread(101).awaits(3);
    assert!(!threads.has(Id::IterativeOnly) && !threads.has(Id::SingleClient));
}

#[test]
fn one_clients_reset_ends_the_server() {
    let mut script = Script::server();
    serve(&mut script, 1);
    script.accept(3, 4).recv_error(4, Errno::ECONNRESET).says(2, b"recv: Connection reset by peer\n").exits(1);
    script.finds(&[Id::ClientKillsServer]);
    let mut leaves = Script::server();
    serve(&mut leaves, 1);
    leaves.accept(3, 4).recv_end(4).says(2, b"recv: Success\n").exits(1);
    leaves.finds(&[Id::ClientKillsServer, Id::PerrorAfterSuccess]);
    let mut crashes = Script::server();
    crashes.accept(3, 4).recv_end(4).is_killed(Signal::SIGSEGV);
    crashes.finds(&[Id::ClientKillsServer]);
}

#[test]
fn ends_that_no_client_caused() {
    let mut one_client = Script::server();
    one_client.accept(3, 4).recv_error(4, Errno::ECONNRESET).close(4).exits(1);
    one_client.finds(&[]);
    let mut child = fork_server(1, reaps);
    child.by(MAIN).ends(call(Sys::Accept).on(3).length_in(16).gives(4)).forks(150).close(4).by(150).close(3);
    child.recv_error(4, Errno::ECONNRESET).exits(1).by(MAIN).waits_for(150).awaits(3);
    child.finds(&[]);
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGALRM] {
        let mut asked = Script::server();
        serve(&mut asked, 2);
        asked.accept(3, 4).recv(4, b"x\n").send(4, b"x\n").is_killed(signal);
        asked.finds(&[]);
    }
}

#[test]
fn ctrl_c_with_clients_is_no_leak() {
    let mut script = Script::server();
    script.handles("SIGINT", "0x401136");
    script.accept(3, 4).recv(4, b"x\n").starts_thread(101);
    script.accept(3, 5).recv(5, b"x\n").gets_signal(Signal::SIGINT).recv_error(5, Errno::EINTR).exits(0);
    script.finds(&[]);
}

#[test]
fn clients_never_closed() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"x\n").send(4, b"x\n").accept(3, 5).recv(5, b"x\n").send(5, b"x\n").exits(0);
    script.finds(&[Id::FakeClose]);
    let mut one = Script::server();
    one.accept(3, 4).recv(4, b"x\n").send(4, b"x\n").exits(0);
    one.finds(&[]);
}

#[test]
fn a_signal_that_ends_a_program_that_handles_it() {
    let mut script = Script::server();
    script.handles("SIGCHLD", "0x401136").begins(call(Sys::Accept).on(3).length_in(16)).gets_signal(Signal::SIGCHLD);
    script.ends(call(Sys::Accept).on(3).length_in(16).fails(Errno::EINTR));
    script.says(2, b"accept: Interrupted system call\n").exits(1);
    script.finds(&[Id::EintrFatal]);

    let mut in_the_kernel = Script::server();
    in_the_kernel.handles("SIGCHLD", "0x401136").accept(3, 4).close(4);
    in_the_kernel.is_interrupted(call(Sys::Accept).on(3).length_in(16)).gets_signal(Signal::SIGCHLD);
    in_the_kernel.says(2, b"accept: Interrupted system call\n").exits(1);
    in_the_kernel.finds(&[Id::EintrFatal]);
    let mut waits = Script::server();
    waits.handles("SIGCHLD", "0x401136").accept(3, 4).close(4);
    waits.is_interrupted(call(Sys::Poll).number(1).lasting(9000)).gets_signal(Signal::SIGCHLD);
    waits.says(2, b"poll: Interrupted system call\n").exits(1);
    waits.finds(&[Id::EintrFatal]);
    let mut goes_on = Script::server();
    goes_on.handles("SIGCHLD", "0x401136").accept(3, 4).close(4);
    goes_on.is_interrupted(call(Sys::Accept).on(3).length_in(16)).gets_signal(Signal::SIGCHLD);
    serve(&mut goes_on, 1);
    goes_on.says(2, b"fini\n").exits(1);
    assert!(!goes_on.has(Id::EintrFatal));
    let mut timeout = Script::client();
    timeout.handles("SIGALRM", "0x401136").is_interrupted(receive(3, b"", 10)).gets_signal(Signal::SIGALRM);
    timeout.says(2, b"le serveur ne repond pas\n").exits(1);
    timeout.finds(&[]);

    let mut no_handler = Script::server();
    no_handler.does(call(Sys::Accept).on(3).length_in(16).provoked(Errno::EINTR)).exits(1);
    no_handler.finds(&[]);
    let mut retries = Script::server();
    retries.handles("SIGCHLD", "0x401136").does(call(Sys::Accept).on(3).length_in(16).provoked(Errno::EINTR));
    serve(&mut retries, 1);
    retries.awaits(3);
    retries.finds(&[]);
    let mut stops = Script::server();
    stops.handles("SIGINT", "0x401136").gets_signal(Signal::SIGINT);
    stops.does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EINTR)).close(3).exits(1);
    stops.finds(&[]);
}

#[test]
fn a_status_that_says_all_went_well() {
    let mut script = Script::new();
    script.tcp(3).does(call(Sys::Connect).on(3).to("127.0.0.1:3001").fails(Errno::ECONNREFUSED));
    script.says(2, b"connect: Connection refused\n").close(3).exits(0);
    script.finds(&[Id::ExitZeroAfterError]);
    let mut says_so = Script::new();
    says_so.tcp(3).does(call(Sys::Connect).on(3).to("127.0.0.1:3001").fails(Errno::ECONNREFUSED)).exits(1);
    says_so.finds(&[]);
    let mut scans = Script::new();
    for port in 1..6 {
        scans
            .tcp(3)
            .does(call(Sys::Connect).on(3).to(&format!("127.0.0.1:{port}")).fails(Errno::ECONNREFUSED))
            .close(3);
    }
    scans.exits(0);
    scans.finds(&[]);
}

#[test]
fn a_test_the_wrong_way_round() {
    let mut script = Script::new();
    script.tcp(3).option(3, "SO_REUSEADDR").bind(3, "0.0.0.0:3001").says(2, b"bind: Success\n").exits(1);
    script.finds(&[Id::WrongSuccessTest]);
    let mut own_words = Script::new();
    own_words.tcp(3).option(3, "SO_REUSEADDR").bind(3, "0.0.0.0:3001").says(1, b"Erreur de bind\n").exits(1);
    own_words.finds(&[Id::WrongSuccessTest]);

    let mut announces = Script::new();
    announces.tcp(3).option(3, "SO_REUSEADDR").bind(3, "0.0.0.0:3001").says(1, b"bind ok\n").exits(1);
    announces.finds(&[]);
    let mut other_reason = Script::client();
    other_reason.says(2, b"fopen: No such file or directory\n").exits(1);
    other_reason.finds(&[]);
}

#[test]
fn a_complaint_about_a_success() {
    let mut script = Script::server();
    script.accept(3, 4).says(2, b"accept: Success\n").recv(4, b"x\n").send(4, b"x\n").close(4).awaits(3);
    assert_eq!(script.severity(Id::PerrorAfterSuccess), Some(Severity::Weakness));
    let mut announces = Script::server();
    announces.accept(3, 4).says(2, b"accept: nouveau client\n").recv(4, b"x\n").send(4, b"x\n").close(4).awaits(3);
    announces.finds(&[]);
    let mut failed = Script::server();
    failed.does(call(Sys::Accept).on(3).fails(Errno::EMFILE)).says(2, b"accept: Too many open files\n");
    serve(&mut failed, 1);
    failed.awaits(3);
    failed.finds(&[]);
}

#[test]
fn a_receive_that_ends_an_event_server_is_not_blamed_twice() {
    let mut script = Script::server();
    serve(&mut script, 2);
    script.accept(3, 4).does(receive(4, b"", 10).fails(Errno::ECONNRESET)).is_killed(Signal::SIGPIPE);
    assert!(!script.has(Id::SigpipeDeath));
}

fn call_named(name: &str) -> Detail {
    Detail::Call { name: name.into() }
}

/// A child serves a client and ends.
fn serves_by_child(script: &mut Script, child: i32) {
    script.accept(3, 4).forks(child).close(4).by(child).close(3);
    script.recv(4, b"x\n").send(4, b"x\n").recv_end(4).close(4).exits(0).by(MAIN);
}

#[test]
fn the_dead_are_left_from_the_next_client_on_or_from_the_third_one() {
    let two = fork_server(2, |_, _| {});
    two.finds(&[Id::Zombie]);
    assert_eq!(two.details(Id::Zombie), [Detail::Zombies { count: 2 }]);
    assert_eq!(two.proofs(Id::Zombie), ["fork", "exit"]);
    assert_eq!((two.finding(Id::Zombie).pid, two.finding(Id::Zombie).fd), (MAIN, None));
    let waited_once = |clients: u32| {
        let mut script = Script::server();
        serves_by_child(&mut script, 101);
        script.waits_for(101);
        serves_by_child(&mut script, 102);
        serve(&mut script, clients);
        script.has(Id::Zombie)
    };
    assert!(!waited_once(1) && !waited_once(2));
    assert!(waited_once(3), "it waits at times, not for this one");
}

#[test]
fn a_stop_tells_of_the_dead_only_where_a_server_never_waits() {
    let stopped = |clients: i32, deaths: i32, prepare: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        for child in 101..101 + clients {
            script.accept(3, 4).forks(child).close(4);
        }
        script.forks(150);
        prepare(&mut script);
        for child in (101..101 + clients).chain([150]).take(deaths.try_into().unwrap()) {
            script.by(child).exits(0).by(MAIN);
        }
        script.is_interrupted(call(Sys::Accept).on(3).length_in(16)).is_killed(Signal::SIGINT);
        script.has(Id::Zombie)
    };
    assert!(stopped(2, 2, &|_| {}) && stopped(3, 3, &|_| {}));
    assert!(!stopped(2, 1, &|_| {}), "one is not enough");
    assert!(!stopped(1, 2, &|_| {}), "one client is not enough");
    assert!(
        !stopped(2, 2, &|script| {
            script.does(call(Sys::Waitpid).number(-1).number(0).symbol("WNOHANG").gives(0));
        }),
        "it would have waited"
    );
    let mut one_asked = Script::server();
    for child in [101, 102, 103] {
        one_asked.accept(3, 4).forks(child).close(4);
    }
    one_asked.by(101).is_killed(Signal::SIGTERM).by(102).exits(0).by(103).exits(0).by(MAIN);
    one_asked.is_interrupted(call(Sys::Accept).on(3).length_in(16)).is_killed(Signal::SIGINT);
    assert_eq!(one_asked.finding(Id::Zombie).evidence[1].pid, 102, "its end was nobody's wish");
}

#[test]
fn the_send_that_sigpipe_answers() {
    let pipe = |client: bool| vec![Detail::Client { is_client: client }];
    let mut client = Script::client();
    client.send(3, b"x\n").does(sending(3, b"y\n").fails(Errno::EPIPE)).is_killed(Signal::SIGPIPE);
    assert_eq!((client.details(Id::SigpipeDeath), client.finding(Id::SigpipeDeath).fd), (pipe(true), Some(3)));
    assert_eq!(client.proofs(Id::SigpipeDeath), ["send", "killed"]);
    let mut in_the_call = Script::server();
    in_the_call.accept(3, 5).recv(5, b"x\n").begins(sending(5, b"y\n")).is_killed(Signal::SIGPIPE);
    assert_eq!(
        (in_the_call.details(Id::SigpipeDeath), in_the_call.finding(Id::SigpipeDeath).fd),
        (pipe(false), Some(5))
    );
    let mut in_a_thread = Script::server();
    in_a_thread.accept(3, 5).starts_thread(101).awaits(3).thread(MAIN, 101).recv(5, b"x\n");
    in_a_thread.does(sending(5, b"y\n").fails(Errno::EPIPE)).by(MAIN).is_killed(Signal::SIGPIPE);
    assert_eq!(in_a_thread.proofs(Id::SigpipeDeath), ["send", "killed"], "not the accept of the first thread");
    let other = |work: &dyn Fn(&mut Script), signal: Signal| {
        let mut script = Script::client();
        work(&mut script);
        script.is_killed(signal);
        script.has(Id::SigpipeDeath)
    };
    let fails = |script: &mut Script| {
        script.does(sending(3, b"y\n").fails(Errno::EPIPE));
    };
    assert!(other(&fails, Signal::SIGPIPE) && !other(&fails, Signal::SIGKILL));
    assert!(
        !other(
            &|script| {
                script.send(3, b"y\n");
            },
            Signal::SIGPIPE
        ),
        "another descriptor's"
    );
    assert!(
        !other(
            &|script| {
                script.begins(call(Sys::Read).on(0));
            },
            Signal::SIGPIPE
        ),
        "no socket"
    );
    assert!(
        !other(
            &|script| {
                script.does(sending(-1, b"y\n").fails(Errno::EPIPE));
            },
            Signal::SIGPIPE
        ),
        "no socket"
    );
}

/// A server that had other clients, and whose last call on a client is this one.
fn after_clients(clients: u32, last: Made, end: &dyn Fn(&mut Script)) -> Script {
    let mut script = Script::server();
    serve(&mut script, clients);
    script.accept(3, 4).does(last);
    end(&mut script);
    script
}

#[test]
fn which_last_calls_and_ends_are_a_clients_doing() {
    let exits = |code: i32| {
        move |script: &mut Script| {
            script.exits(code);
        }
    };
    let killed = |signal: Signal| {
        move |script: &mut Script| {
            script.is_killed(signal);
        }
    };
    let fails = |errno: Errno| receive(4, b"", 9).fails(errno);
    let ended = receive(4, b"", 9).gives(0);
    let kills = |script: Script| script.has(Id::ClientKillsServer);
    for errno in [Errno::ECONNRESET, Errno::EPIPE, Errno::ETIMEDOUT] {
        assert!(kills(after_clients(1, fails(errno), &exits(1))) && kills(after_clients(1, fails(errno), &exits(0))));
    }
    for errno in [Errno::EINTR, Errno::EAGAIN, Errno::EBADF] {
        assert!(!kills(after_clients(1, fails(errno), &exits(1))), "{errno:?}");
    }
    assert!(kills(after_clients(1, ended.clone(), &exits(1))) && !kills(after_clients(1, ended.clone(), &exits(0))));
    assert!(!kills(after_clients(1, receive(4, b"x", 9).gives(1), &exits(1))), "it had bytes to read");
    for signal in [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGFPE, Signal::SIGABRT, Signal::SIGILL] {
        assert!(kills(after_clients(0, ended.clone(), &killed(signal))), "{signal:?}");
    }
    assert!(!kills(after_clients(1, ended.clone(), &killed(Signal::SIGKILL))));
    assert!(!kills(after_clients(1, fails(Errno::ECONNRESET), &killed(Signal::SIGKILL))));
    assert!(
        !kills(after_clients(1, fails(Errno::ECONNRESET), &|script| {
            script.gets_signal(Signal::SIGTERM).exits(1);
        })),
        "it was asked to"
    );
    let listener = call(Sys::Accept).on(3).length_in(16).fails(Errno::EMFILE);
    assert!(!kills(after_clients(1, listener, &exits(1))), "no client's call");
    let told = after_clients(1, fails(Errno::ECONNRESET), &exits(1));
    assert_eq!(told.details(Id::ClientKillsServer), [Detail::Errno { errno: Errno::ECONNRESET }]);
    assert_eq!(told.proofs(Id::ClientKillsServer), ["recv", "exit"]);
    let crash = after_clients(0, ended, &killed(Signal::SIGSEGV));
    assert_eq!(crash.details(Id::ClientKillsServer), [Detail::Signal { signal: Signal::SIGSEGV }]);
}

#[test]
fn whether_a_server_goes_on_without_this_process() {
    let resets = |end: &dyn Fn(&mut Script)| {
        let mut script = after_clients(1, receive(4, b"", 9).fails(Errno::ECONNRESET), end);
        script.by(MAIN);
        script.has(Id::ClientKillsServer)
    };
    assert!(
        resets(&|script| {
            script.close(3).exits(1);
        }),
        "it listens no more"
    );
    assert!(
        resets(&|script| {
            script.does(call(Sys::Dup).on(3).gives(9)).exits(1);
        }),
        "the other copy is its own"
    );
    assert!(
        !resets(&|script| {
            script.forks(101).exits(1);
        }),
        "a child goes on listening"
    );
    let mut child = Script::server();
    child.accept(3, 4).forks(101).close(4).by(101).close(3).recv_end(4).is_killed(Signal::SIGSEGV);
    assert!(!child.has(Id::ClientKillsServer), "the server is not the child");
}

#[test]
fn the_end_of_a_thread_is_not_that_of_its_process() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"x\n").accept(3, 5).recv(5, b"x\n").starts_thread(101);
    script.thread(MAIN, 101).exits(0).thread(MAIN, MAIN);
    script.finds(&[]);
    let mut crash = Script::server();
    crash.accept(3, 4).starts_thread(101).recv_end(4);
    crash.thread(MAIN, 101).is_killed(Signal::SIGSEGV).thread(MAIN, MAIN).is_killed(Signal::SIGSEGV);
    assert_eq!(crash.finding(Id::ClientKillsServer).count, 1);
}

#[test]
fn a_server_of_many_is_one_that_would_take_another() {
    let reset = |script: &mut Script| {
        script.recv_error(4, Errno::ECONNRESET).exits(1);
    };
    let list = || Value::List(vec![Value::Number(3), Value::Number(4)]);
    let mut once = Script::server();
    reset(once.accept(3, 4));
    assert!(!once.has(Id::ClientKillsServer));
    let mut again = Script::server();
    again.does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EINTR));
    reset(again.accept(3, 4));
    let mut polls = Script::server();
    reset(polls.does(call(Sys::Poll).with(list()).number(2).number(-1).gives(1).lasting(9000)).accept(3, 4));
    for script in [again, polls] {
        assert!(script.has(Id::ClientKillsServer) && !script.has(Id::SingleClient));
    }
}

#[test]
fn a_server_of_one_client() {
    let one = |end: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        serve(&mut script, 1);
        end(&mut script);
        script
    };
    let single = |end: &dyn Fn(&mut Script)| one(end).has(Id::SingleClient);
    let exits = one(&|script| {
        script.exits(0);
    });
    assert_eq!(exits.proofs(Id::SingleClient), ["accept", "exit"]);
    assert!(single(&|script| {
        script.exits(1);
    }));
    assert!(!single(&|script| {
        script.is_killed(Signal::SIGKILL);
    }));
    assert!(
        !single(&|script| {
            script.gets_signal(Signal::SIGTERM).exits(0);
        }),
        "it was asked to"
    );
    assert!(
        !single(&|script| {
            serve(script, 1);
            script.exits(0);
        }),
        "two"
    );
    assert!(
        !single(&|script| {
            script.does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EMFILE)).exits(1);
        }),
        "it wanted another"
    );
    assert!(
        !single(&|script| {
            script.does(call(Sys::Fork).provoked(Errno::EAGAIN)).exits(1);
        }),
        "a fault ended it"
    );
    assert!(
        !single(&|script| {
            script.forks(101).exits(0);
        }),
        "a child goes on listening"
    );
    let mut client = Script::client();
    client.send(3, b"x\n").exits(0);
    assert!(!client.has(Id::SingleClient));
}

#[test]
fn one_client_at_a_time_is_what_was_seen_and_not_what_could_be() {
    let serves = |clients: u32, more: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        serve(&mut script, clients);
        more(&mut script);
        script.awaits(3);
        script
    };
    let two = serves(2, &|_| {});
    assert_eq!(two.details(Id::IterativeOnly), [Detail::Clients { count: 2 }]);
    assert_eq!(two.proofs(Id::IterativeOnly), ["accept", "accept"]);
    assert_eq!((two.finding(Id::IterativeOnly).fd, two.finding(Id::IterativeOnly).count), (Some(3), 1));
    assert!(serves(1, &|_| {}).has(Id::IterativeOnly) && !serves(0, &|_| {}).has(Id::IterativeOnly));
    for sys in [Sys::Fork, Sys::Clone] {
        assert!(
            !serves(2, &|script| {
                script.does(call(sys).fails(Errno::EAGAIN));
            })
            .has(Id::IterativeOnly),
            "it tried"
        );
    }
    assert!(
        !serves(2, &|script| {
            script.forks(101);
        })
        .has(Id::IterativeOnly)
    );
    assert!(
        !serves(2, &|script| {
            script.starts_thread(101);
        })
        .has(Id::IterativeOnly)
    );
    assert!(
        !serves(2, &|script| {
            script.accept(3, 4).awaits(3);
        })
        .has(Id::IterativeOnly),
        "it takes a second one meanwhile"
    );
    let mut forking = Script::server();
    serve(&mut forking, 2);
    forking.awaits(3).ends(call(Sys::Accept).on(3).length_in(16).gives(4)).begins(call(Sys::Fork));
    forking.by(101).what(What::Born { parent: Some(MAIN) });
    assert!(!forking.has(Id::IterativeOnly), "its child is there before fork returns");
    let mut machines = Script::new();
    machines.socket(3, "AF_VSOCK", "SOCK_STREAM").listen(3);
    serve(&mut machines, 2);
    machines.awaits(3);
    assert!(!machines.has(Id::IterativeOnly), "no family that is judged");
    let mut helper = Script::server();
    serve(&mut helper, 2);
    helper.awaits(3).forks(101).by(101).finds(&[]);
    assert!(!helper.has(Id::IterativeOnly), "the child took no client");
}

/// What each signal's handler says is meant to go on.
#[test]
fn an_interruption_that_ends_a_program() {
    let handles = |script: &mut Script, signal: &str, flags: &str| {
        let action = vec![
            ("sa_handler".to_owned(), Value::Symbol("0x401136".to_owned())),
            ("sa_flags".to_owned(), Value::Symbol(flags.to_owned())),
        ];
        script.does(call(Sys::RtSigaction).symbol(signal).with(Value::Record(action)).with(Value::Null).gives(0));
    };
    let accept = || call(Sys::Accept).on(3).length_in(16);
    let provoked = |signal: &str, flags: &str, made: Made, code: i32| {
        let mut script = Script::server();
        handles(&mut script, signal, flags);
        script.does(made).exits(code);
        script
    };
    for signal in ["SIGCHLD", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT"] {
        let script = provoked(signal, "0", accept().provoked(Errno::EINTR), 1);
        let told = [Detail::Signal { signal: Signal::from_name(signal).unwrap() }, call_named("accept")];
        assert_eq!(script.details(Id::EintrFatal), told);
        assert_eq!(script.proofs(Id::EintrFatal), ["accept", "exit"]);
    }
    let fatal =
        |signal: &str, flags: &str, made: Made, code: i32| provoked(signal, flags, made, code).has(Id::EintrFatal);
    assert!(!fatal("SIGINT", "0", accept().provoked(Errno::EINTR), 1), "it is meant to stop");
    assert!(!fatal("SIGCHLD", "0", accept().provoked(Errno::EINTR), 0));
    assert!(!fatal("SIGCHLD", "0", accept().provoked(Errno::EMFILE), 1));
    assert!(!fatal("SIGCHLD", "SA_RESTART", accept().provoked(Errno::EINTR), 1), "the kernel would go on");
    assert!(fatal("SIGCHLD", "SA_RESTART", call(Sys::Poll).number(1).provoked(Errno::EINTR), 1), "not poll");
    assert!(fatal("SIGCHLD", "SA_RESTART", accept().fails(Errno::EINTR), 1), "it did fail");

    let signalled = |handled: &str, signal: Signal, said: &[u8]| {
        let mut script = Script::server();
        handles(&mut script, handled, "0");
        script.accept(3, 4).gets_signal(signal).does(receive(4, b"", 9).fails(Errno::EINTR)).says(2, said).exits(1);
        script
    };
    assert!(signalled("SIGUSR1", Signal::SIGUSR1, b"").has(Id::EintrFatal));
    assert!(!signalled("SIGUSR1", Signal::SIGUSR2, b"").has(Id::EintrFatal), "not the one it handles");
    let alarm = signalled("SIGALRM", Signal::SIGALRM, b"recv: Interrupted system call\n");
    assert_eq!(alarm.details(Id::EintrFatal), [Detail::Signal { signal: Signal::SIGALRM }, call_named("recv")]);
    for said in [&b"erreur de recv\n"[..], b"trop tard\n"] {
        assert!(!signalled("SIGALRM", Signal::SIGALRM, said).has(Id::EintrFatal), "an end that was meant");
    }
    let mut asked = Script::server();
    handles(&mut asked, "SIGCHLD", "0");
    asked.gets_signal(Signal::SIGTERM).does(accept().provoked(Errno::EINTR)).exits(1);
    assert!(!asked.has(Id::EintrFatal));
}

/// Each call of setup that failed last, and an exit code that hides it.
#[test]
fn which_failures_a_status_of_zero_hides() {
    let ends = |kind: &str, before: &[Made], made: Made, code: i32| {
        let mut script = Script::new();
        script.socket(3, "AF_INET", kind);
        for made in before {
            script.does(made.clone());
        }
        script.does(made).exits(code);
        script
    };
    let hides = |made: Made| ends("SOCK_STREAM", &[], made, 0).has(Id::ExitZeroAfterError);
    let connect = || call(Sys::Connect).on(3).to("127.0.0.1:3001");
    let bind = || call(Sys::Bind).on(3).to("0.0.0.0:3001").fails(Errno::EADDRINUSE);
    assert!(hides(bind()) && hides(call(Sys::Listen).on(3).number(5).fails(Errno::EADDRINUSE)));
    assert!(hides(call(Sys::Socket).symbol("AF_INET").symbol("SOCK_STREAM").number(0).fails(Errno::EMFILE)));
    assert!(hides(connect().fails(Errno::ECONNREFUSED)) && !hides(connect().fails(Errno::EINPROGRESS)));
    for sys in [Sys::Accept, Sys::Accept4] {
        assert!(hides(call(sys).on(3).length_in(16).fails(Errno::EMFILE)));
        assert!(!hides(call(sys).on(3).length_in(16).fails(Errno::EINVAL)), "so some programs stop");
    }
    assert!(hides(call(Sys::Listen).on(3).number(5).fails(Errno::EINVAL)));
    assert!(!hides(call(Sys::Setsockopt).on(3).fails(Errno::ENOPROTOOPT)));
    assert!(!hides(sending(3, b"x").fails(Errno::ECONNRESET)));
    assert!(!ends("SOCK_STREAM", &[], bind(), 1).has(Id::ExitZeroAfterError));
    assert!(!ends("SOCK_DGRAM", &[], bind(), 0).has(Id::ExitZeroAfterError));
    let refused = || connect().fails(Errno::ECONNREFUSED);
    assert!(ends("SOCK_STREAM", &[refused()], refused(), 0).has(Id::ExitZeroAfterError));
    assert!(!ends("SOCK_STREAM", &[refused(), refused()], refused(), 0).has(Id::ExitZeroAfterError), "it scans");
    let other = call(Sys::Connect).on(3).to("127.0.0.1:3002").gives(0);
    assert!(!ends("SOCK_STREAM", &[other], refused(), 0).has(Id::ExitZeroAfterError), "one answered");
    let told = ends("SOCK_STREAM", &[], bind(), 0);
    assert_eq!(told.details(Id::ExitZeroAfterError), [call_named("bind"), Detail::Errno { errno: Errno::EADDRINUSE }]);
    assert_eq!(told.proofs(Id::ExitZeroAfterError), ["bind", "exit"]);

    let mut serves = Script::server();
    serve(&mut serves, 1);
    serves.does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EMFILE)).exits(0);
    let mut threads = Script::new();
    threads.tcp(3).starts_thread(101).does(bind()).exits(0);
    let mut asked = Script::new();
    asked.tcp(3).does(bind()).gets_signal(Signal::SIGTERM).exits(0);
    let mut part = Script::new();
    part.tcp(3).forks(101).by(101).does(bind()).exits(0);
    for fine in [serves, threads, asked, part] {
        assert!(!fine.has(Id::ExitZeroAfterError), "{:#?}", fine.findings());
    }
    let mut another_program = Script::of(&["./lanceur"]);
    another_program.forks(101).by(101).executes(&["./prog"]).tcp(3).does(bind()).exits(0);
    assert!(another_program.has(Id::ExitZeroAfterError));
}

#[test]
fn a_provoked_failure_that_is_told_and_hidden() {
    let told = |made: Made, said: &[u8]| {
        let mut script = Script::client();
        script.send(3, b"x\n").does(made).says(2, said).exits(0);
        script.has(Id::ExitZeroAfterError)
    };
    let fails = |errno: Errno| receive(3, b"", 9).provoked(errno);
    assert!(told(fails(Errno::ECONNRESET), b"recv: Connection reset by peer\n"));
    assert!(told(fails(Errno::EINTR), b"Interrupted system call\n"));
    assert!(!told(fails(Errno::ECONNRESET), b"au revoir\n"));
    for errno in [Errno::EAGAIN, Errno::EINPROGRESS, Errno::EALREADY] {
        assert!(!told(fails(errno), b"erreur de recv\n"), "{errno:?}");
    }
    assert!(!told(receive(3, b"", 9).fails(Errno::ECONNRESET), b"erreur de recv\n"), "the peer's doing");
}

#[test]
fn a_complaint_that_ends_a_program_after_a_success() {
    let ends = |made: Made, said: &[u8], code: i32| {
        let mut script = Script::server();
        script.accept(3, 4).does(made).says(2, said).exits(code);
        script
    };
    let sent = || sending(4, b"x\n").gives(2);
    let wrong = ends(sent(), b"pret\nErreur de send\n", 1);
    assert_eq!(
        wrong.details(Id::WrongSuccessTest),
        [call_named("send"), Detail::Bytes { bytes: b"Erreur de send".to_vec() }]
    );
    assert_eq!(wrong.proofs(Id::WrongSuccessTest), ["send", "exit"]);
    let has = |made: Made, said: &[u8], code: i32| ends(made, said, code).has(Id::WrongSuccessTest);
    assert!(!has(sent(), b"Erreur de send\n", 0), "it goes on to its end");
    assert!(!has(sent(), b"Erreur de recv\n", 1) && !has(sent(), b"", 1));
    assert!(!has(receive(4, b"", 9).gives(0), b"Erreur de recv\n", 1), "the end is an error to it");
    assert!(has(receive(4, b"x", 9).gives(1), b"Erreur de recv\n", 1));
    assert!(!has(sending(4, b"").gives(0), b"Erreur de send\n", 1));
    let option = call(Sys::Setsockopt).on(3).symbol("SOL_SOCKET").symbol("SO_REUSEADDR").number(1).number(4);
    assert!(has(option.gives(0), b"Erreur de setsockopt\n", 1));
    for sys in [Sys::Accept, Sys::Accept4] {
        assert!(has(call(sys).on(3).length_in(16).gives(0), b"Erreur de accept\n", 1), "descriptor 0 is one");
    }
    let mut failed = Script::server();
    failed.accept(3, 4).does(sending(4, b"x").fails(Errno::EAGAIN)).does(sent()).says(2, b"Erreur de send\n").exits(1);
    let mut asked = Script::server();
    asked.accept(3, 4).does(sent()).says(2, b"Erreur de send\n").gets_signal(Signal::SIGTERM).exits(1);
    for fine in [failed, asked] {
        assert!(!fine.has(Id::WrongSuccessTest));
    }
    for (made, said) in [
        (call(Sys::Bind).on(5).to("0.0.0.0:3001").gives(0), "bind"),
        (call(Sys::Listen).on(5).number(5).gives(0), "listen"),
        (call(Sys::Connect).on(5).to("127.0.0.1:3001").gives(0), "connect"),
        (call(Sys::Socket).symbol("AF_INET").symbol("SOCK_STREAM").number(0).gives(0), "socket"),
    ] {
        let mut script = Script::new();
        script.tcp(5).does(made).says(2, format!("{said} error\n").as_bytes()).exits(1);
        assert!(script.has(Id::WrongSuccessTest), "{said}");
    }
}

#[test]
fn clients_left_open_at_the_end() {
    let leaves = |kept: i32, work: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        for fd in 4..4 + kept {
            script.accept(3, fd).recv(fd, b"x\n");
        }
        work(&mut script);
        script.has(Id::FakeClose)
    };
    let exits = |script: &mut Script| {
        script.exits(0);
    };
    assert!(!leaves(1, &exits) && leaves(2, &exits));
    assert!(
        !leaves(3, &|script| {
            script.close(6).exits(0);
        }),
        "it closes at times"
    );
    assert!(!leaves(2, &|script| {
        script.is_killed(Signal::SIGKILL);
    }));
    assert!(!leaves(2, &|script| {
        script.gets_signal(Signal::SIGINT).exits(0);
    }));
}

#[test]
fn a_crash_is_told_with_the_call_before() {
    let mut script = Script::client();
    script.recv(3, b"bonjour").is_killed(Signal::SIGSEGV);
    script.finds(&[Id::Crash]);
    assert_eq!(script.proofs(Id::Crash), ["recv", "killed"]);
    let mut struck = Script::client();
    struck.recv(3, b"bonjour").what(What::Signalled { signal: Signal::SIGSEGV, sender: Some(7) });
    struck.what(What::Killed { signal: Signal::SIGSEGV, core: false });
    struck.finds(&[]);
    let mut aborts = Script::client();
    aborts.what(What::Signalled { signal: Signal::SIGABRT, sender: Some(MAIN) });
    aborts.what(What::Killed { signal: Signal::SIGABRT, core: false });
    aborts.finds(&[Id::Crash]);
    let mut asked = Script::client();
    asked.gets_signal(Signal::SIGTERM).is_killed(Signal::SIGABRT);
    asked.finds(&[]);
}

#[test]
fn a_message_may_kill_a_server() {
    let mut crashed = Script::server();
    crashed.accept(3, 4).recv(4, b"bonjour").is_killed(Signal::SIGSEGV);
    crashed.finds(&[Id::MessageKillsServer]);
    let mut left = Script::server();
    left.accept(3, 4).recv(4, b"x").recv_end(4).is_killed(Signal::SIGSEGV);
    left.finds(&[Id::ClientKillsServer]);
    let ends = |said: &[u8], code: i32| {
        let mut script = Script::server();
        script.accept(3, 4).recv(4, b"bonjour").says(2, said).close(4).exits(code);
        script.has(Id::MessageKillsServer).then(|| script.details(Id::MessageKillsServer))
    };
    let python = b"Traceback (most recent call last):\n  File \"s.py\"\nValueError: invalid literal: ''\n";
    let bytes = b"ValueError: invalid literal: ''".to_vec();
    assert_eq!(ends(python, 1), Some(vec![Detail::Bytes { bytes }]));
    let node = b"SyntaxError: Unexpected token\n    at JSON.parse (<anonymous>)\n";
    let bytes = b"SyntaxError: Unexpected token".to_vec();
    assert_eq!(ends(node, 1), Some(vec![Detail::Bytes { bytes }]));
    assert_eq!((ends(python, 0), ends(b"au revoir\n", 1), ends(b"", 1)), (None, None, None));
    let mut sent = Script::server();
    sent.accept(3, 4).recv(4, b"bonjour").send(4, b"salut").says(2, python).exits(1);
    assert!(!sent.has(Id::MessageKillsServer));
}

#[test]
fn a_signal_that_is_sent_is_no_crash() {
    let killed = |signal: Signal, sender: Option<i32>| {
        let mut script = Script::client();
        script.what(What::Signalled { signal, sender }).what(What::Killed { signal, core: false });
        script.has(Id::Crash)
    };
    assert!(killed(Signal::SIGSEGV, None) && killed(Signal::SIGABRT, Some(MAIN)));
    assert!(!killed(Signal::SIGSEGV, Some(MAIN)) && !killed(Signal::SIGABRT, Some(7)));
}

/// A thread whose client left; the server itself ends well.
#[test]
fn a_thread_that_meets_an_end_kills_no_server() {
    let ends = |code: i32| {
        let mut script = Script::server();
        script.accept(3, 4).accept(3, 5).starts_thread(101).thread(MAIN, 101);
        script.does(sending(4, b"x").fails(Errno::EPIPE)).close(4).by(MAIN).exits(code);
        script.has(Id::ClientKillsServer)
    };
    assert!(ends(1) && !ends(0));
}

#[test]
fn a_listener_that_does_not_block_serves_nobody_alone() {
    let server = |tries: bool| {
        let mut script = Script::server();
        serve(&mut script, 2);
        if tries {
            script.does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EAGAIN));
        }
        script.awaits(3);
        script.has(Id::IterativeOnly)
    };
    assert!(server(false) && !server(true));
}
