use crate::diagnose::tests::script::{MAIN, Script, call, receive, sending};
use crate::finding::{Id, Severity};
use crate::observed::Subject;
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
        .does(write.carries(crate::observed::Direction::Sent, b"x\n", 2).fails(Errno::EPIPE))
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
    let list = |fds: &[i64]| {
        crate::syscall::call::Value::List(fds.iter().map(|fd| crate::syscall::call::Value::Number(*fd)).collect())
    };
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
