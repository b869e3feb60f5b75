use crate::diagnose::Settings;
use crate::diagnose::tests::script::{MAIN, Made, Script, call, inet, receive, sending};
use crate::finding::{Detail, Id, Severity};
use crate::observed::Subject;
use crate::state::Cause;
use crate::syscall::address::Address;
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::sys::{Direction, Sys};

fn bind_fails(script: &mut Script, errno: Errno) {
    script.does(call(Sys::Bind).on(3).to("0.0.0.0:3001").fails(errno));
}

#[test]
fn a_listening_port_without_reuseaddr_is_an_advice() {
    let mut script = Script::new();
    script.tcp(3).bind(3, "0.0.0.0:3001").listen(3);
    assert_eq!(script.severity(Id::NoReuseaddr), Some(Severity::Advice));

    assert!(!Script::server().has(Id::NoReuseaddr));
    let mut chosen_by_the_kernel = Script::new();
    chosen_by_the_kernel.tcp(3).bind(3, "0.0.0.0:0").listen(3);
    assert!(!chosen_by_the_kernel.has(Id::NoReuseaddr));
    let mut datagrams = Script::new();
    datagrams.udp(3).bind(3, "0.0.0.0:3001");
    assert!(!datagrams.has(Id::NoReuseaddr));
}

#[test]
fn reuseaddr_after_bind_is_too_late() {
    let mut script = Script::new();
    script.tcp(3).bind(3, "0.0.0.0:3001").option(3, "SO_REUSEADDR").listen(3);
    assert!(script.has(Id::NoReuseaddr));
}

#[test]
fn a_restart_that_failed_makes_it_a_weakness() {
    let mut script = Script::new();
    let cause = Cause::TimeWait { port: 3001, remaining_ms: 40_000 };
    script.tcp(3).does(call(Sys::Bind).on(3).to("0.0.0.0:3001").fails(Errno::EADDRINUSE).because(cause));
    script.says(2, b"bind: Address already in use\n").exits(1);
    assert_eq!(script.severity(Id::NoReuseaddr), Some(Severity::Weakness));
    assert_eq!(script.severity(Id::PortInUse), Some(Severity::Information));
    script.finds(&[Id::NoReuseaddr]);
}

#[test]
fn listening_after_a_failed_bind_is_one_defect() {
    let mut script = Script::new();
    script.tcp(3);
    bind_fails(&mut script, Errno::EADDRINUSE);
    script.listen(3).accept(3, 4).recv(4, b"hello\n").send(4, b"hello\n").close(4).awaits(3);
    script.finds(&[Id::UncheckedSetup]);
}

#[test]
fn a_failed_bind_that_is_handled_is_none() {
    let mut exits = Script::new();
    exits.tcp(3);
    bind_fails(&mut exits, Errno::EADDRINUSE);
    exits.says(2, b"bind: Address already in use\n").close(3).exits(1);
    exits.finds(&[]);
    assert!(exits.has(Id::PortInUse));

    let mut retries = Script::new();
    retries.tcp(3);
    bind_fails(&mut retries, Errno::EADDRINUSE);
    retries.option(3, "SO_REUSEADDR").bind(3, "0.0.0.0:3002").listen(3).awaits(3);
    retries.finds(&[]);
}

#[test]
fn a_provoked_failure_is_not_blamed_but_what_follows_is() {
    let mut script = Script::new();
    script.tcp(3).does(call(Sys::Bind).on(3).to("0.0.0.0:3001").provoked(Errno::EADDRINUSE));
    assert!(!script.has(Id::PortInUse));
    script.finds(&[]);
    script.listen(3).awaits(3);
    script.finds(&[Id::UncheckedSetup]);
}

#[test]
fn a_failed_listen_then_accept() {
    let mut script = Script::new();
    script.tcp(3).option(3, "SO_REUSEADDR").bind(3, "0.0.0.0:3001");
    script.does(call(Sys::Listen).on(3).number(5).provoked(Errno::EADDRINUSE));
    script.does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EINVAL));
    script.does(receive(-1, b"", 1024).fails(Errno::EBADF)).exits(0);
    script.finds(&[Id::UncheckedSetup, Id::UncheckedSetup]);
}

#[test]
fn writing_after_a_refused_connection() {
    let mut script = Script::new();
    script.tcp(3).does(call(Sys::Connect).on(3).to("127.0.0.1:3001").fails(Errno::ECONNREFUSED));
    script.does(sending(3, b"hello\n").fails(Errno::EPIPE)).is_killed(crate::syscall::signal::Signal::SIGPIPE);
    script.finds(&[Id::UncheckedSetup]);
    assert!(script.has(Id::ConnectionRefused));
}

#[test]
fn falling_back_to_another_address_is_right() {
    let mut script = Script::new();
    script.socket(3, "AF_INET6", "SOCK_STREAM");
    script.does(call(Sys::Connect).on(3).to("[::1]:3001").fails(Errno::ECONNREFUSED)).close(3);
    script.tcp(3).does(call(Sys::Connect).on(3).to("127.0.0.1:3001").gives(0));
    script.send(3, b"hello\n").recv(3, b"hello\n").close(3).exits(0);
    script.finds(&[]);
    assert!(!script.has(Id::ConnectionRefused));
}

#[test]
fn a_connection_in_progress_is_no_failure() {
    let mut script = Script::new();
    script.tcp(3).does(call(Sys::Connect).on(3).to("127.0.0.1:3001").fails(Errno::EINPROGRESS));
    script.does(call(Sys::Poll).number(1).gives(1)).send(3, b"hello\n").recv(3, b"x\n").close(3).exits(0);
    script.finds(&[]);
}

#[test]
fn a_failed_socket_used_as_a_descriptor() {
    let mut script = Script::new();
    script.does(call(Sys::Socket).symbol("AF_INET").symbol("SOCK_STREAM").number(0).provoked(Errno::EMFILE));
    script.does(call(Sys::Connect).on(-1).to("127.0.0.1:3001").fails(Errno::EBADF));
    script.does(sending(-1, b"hello\n").fails(Errno::EBADF)).exits(0);
    script.finds(&[Id::UncheckedSetup]);
    assert_eq!(script.findings().iter().filter(|finding| finding.id == Id::UncheckedSetup).count(), 1);
}

#[test]
fn a_failed_accept_used_as_a_descriptor() {
    let mut script = Script::server();
    script.does(call(Sys::Accept).on(3).length_in(16).provoked(Errno::EMFILE));
    script.does(receive(-1, b"", 1024).fails(Errno::EBADF)).does(sending(-1, b"x\n").fails(Errno::EBADF)).awaits(3);
    script.finds(&[Id::UncheckedSetup]);

    let mut retries = Script::server();
    retries.does(call(Sys::Accept).on(3).length_in(16).provoked(Errno::ECONNABORTED));
    retries.accept(3, 4).recv(4, b"x\n").send(4, b"x\n").close(4).awaits(3);
    retries.finds(&[]);
}

#[test]
fn a_forgotten_socket() {
    let mut precedence = Script::new();
    precedence.tcp(3).does(call(Sys::Bind).on(0).to("0.0.0.0:3001").fails(Errno::ENOTSOCK));
    precedence.does(call(Sys::Listen).on(0).number(5).fails(Errno::ENOTSOCK)).exits(1);
    precedence.finds(&[Id::MissingSocket, Id::MissingSocket]);

    let mut probing = Script::new();
    probing.does(call(Sys::Getpeername).on(0).fails(Errno::ENOTSOCK)).exits(0);
    probing.finds(&[]);
    let mut never = Script::new();
    never.does(call(Sys::Connect).on(42).to("127.0.0.1:3001").fails(Errno::EBADF)).exits(1);
    never.finds(&[Id::MissingSocket]);
}

#[test]
fn accept_before_listen() {
    let mut script = Script::new();
    script.tcp(3).option(3, "SO_REUSEADDR").bind(3, "0.0.0.0:3001");
    script.does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EINVAL)).exits(1);
    script.finds(&[Id::AcceptBeforeListen]);

    let mut stopping = Script::server();
    stopping
        .shutdown(3, "SHUT_RDWR")
        .does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EINVAL))
        .close(3)
        .exits(0);
    stopping.finds(&[]);
    let mut provoked = Script::new();
    provoked.tcp(3).does(call(Sys::Accept).on(3).provoked(Errno::EINVAL)).exits(1);
    provoked.finds(&[]);
}

#[test]
fn bytes_on_the_listening_socket() {
    let mut script = Script::server();
    script.accept(3, 4).does(sending(3, b"hello\n").fails(Errno::EPIPE));
    script.is_killed(crate::syscall::signal::Signal::SIGPIPE);
    assert!(script.has(Id::SendOnListener) && !script.has(Id::SigpipeDeath));

    let mut reads = Script::server();
    reads.accept(3, 4).does(receive(3, b"", 100).fails(Errno::ENOTCONN)).exits(1);
    reads.finds(&[Id::SendOnListener]);
}

#[test]
fn bytes_on_a_socket_that_was_never_connected() {
    let mut script = Script::new();
    script.tcp(3).does(sending(3, b"hello\n").fails(Errno::EPIPE));
    script.is_killed(crate::syscall::signal::Signal::SIGPIPE);
    script.finds(&[Id::SendUnconnected]);

    let mut reset = Script::client();
    reset.recv_error(3, Errno::ECONNRESET).does(call(Sys::Getpeername).on(3).fails(Errno::ENOTCONN)).close(3).exits(1);
    reset.finds(&[]);
}

#[test]
fn python_asks_a_listening_socket_for_its_peer() {
    let mut script = Script::server();
    script.does(call(Sys::Getpeername).on(3).fails(Errno::ENOTCONN)).close(3).exits(0);
    script.finds(&[]);
}

#[test]
fn the_lengths_of_accept() {
    let with = |length: i64| {
        let mut script = Script::server();
        script.does(call(Sys::Accept).on(3).length_in(length).gives(4)).recv(4, b"x\n").close(4).awaits(3);
        script.severity(Id::AcceptAddrlen)
    };
    for right in [16, 28, 110, 112, 128] {
        assert_eq!(with(right), None, "{right}");
    }
    for odd in [0, 8, 21_845, 1 << 30] {
        assert_eq!(with(odd), Some(Severity::Weakness), "{odd}");
    }
    let mut refused = Script::server();
    refused.does(call(Sys::Accept).on(3).length_in(-1).fails(Errno::EINVAL)).exits(1);
    assert_eq!(refused.severity(Id::AcceptAddrlen), Some(Severity::Defect));
    let mut fault = Script::server();
    fault.does(call(Sys::Accept).on(3).fails(Errno::EFAULT)).exits(1);
    assert_eq!(fault.severity(Id::AcceptAddrlen), Some(Severity::Defect));
    let mut none = Script::server();
    none.does(call(Sys::Accept).on(3).gives(4)).recv(4, b"x\n").close(4).awaits(3);
    none.finds(&[]);
}

#[test]
fn the_lengths_of_other_addresses_that_are_told() {
    let asked = |sys: Sys, kind: &str, length: i64| {
        let mut script = Script::new();
        script.socket(3, "AF_INET", kind).option(3, "SO_REUSEADDR").bind(3, "0.0.0.0:3001");
        let made = call(sys).on(3).length_in(length);
        let receives = sys == Sys::Recvfrom;
        let made = if receives { made.carries(Direction::Received, b"date\n", 128).number(0) } else { made };
        script.does(made.with(Value::Address(inet("127.0.0.1:4000"))).gives(if receives { 5 } else { 0 }));
        let found = script.findings().into_iter().find(|finding| finding.id == Id::AcceptAddrlen);
        found.map(|finding| (finding.severity, finding.details.last().cloned()))
    };
    for (sys, name) in
        [(Sys::Recvfrom, "recvfrom"), (Sys::Getsockname, "getsockname"), (Sys::Getpeername, "getpeername")]
    {
        let call = Detail::Call { name: name.into() };
        assert_eq!(asked(sys, "SOCK_DGRAM", 0), Some((Severity::Weakness, Some(call))));
        assert_eq!(asked(sys, "SOCK_DGRAM", 16), None);
        assert_eq!(asked(sys, "SOCK_DGRAM", 128), None);
    }
    assert_eq!(asked(Sys::Recvfrom, "SOCK_STREAM", 0), None);
    let mut unasked = Script::server();
    unasked.does(call(Sys::Accept).on(3).with(Value::Null).length_in(7).gives(4)).close(4).awaits(3);
    unasked.finds(&[]);
    let mut answers = Script::new();
    let unset = Value::Address(Address::Other { family: 0, bytes: vec![0; 14] });
    let asked = call(Sys::Recvfrom).on(3).carries(Direction::Received, b"date\n", 128).length_in(0).gives(5);
    let sent = call(Sys::Sendto).on(3).carries(Direction::Sent, b"midi\n", 5).number(0).with(unset).number(16);
    answers.udp(3).bind(3, "0.0.0.0:3001").does(asked).does(sent.fails(Errno::EINVAL));
    answers.finds(&[Id::AcceptAddrlen]);
    assert_eq!(answers.severity(Id::AcceptAddrlen), Some(Severity::Defect));
    let mut refused = Script::server();
    refused.does(call(Sys::Getsockname).on(3).length_in(-1).fails(Errno::EINVAL)).exits(1);
    assert_eq!(refused.severity(Id::AcceptAddrlen), Some(Severity::Defect));
}

#[test]
fn a_path_that_its_length_cuts() {
    let connects = |meant: Option<i64>, errno: Errno| {
        let mut script = Script::new();
        let address = Value::Address(Address::Unix(b"/tmp/fresh/ann".to_vec()));
        let made = call(Sys::Connect).on(3).with(address).number(16).fails(errno);
        let made = if let Some(meant) = meant { made.length_in(meant) } else { made };
        script.socket(3, "AF_UNIX", "SOCK_STREAM").does(made).exits(1);
        script
    };
    let cut = connects(Some(26), Errno::ENOENT);
    cut.finds(&[Id::BadAddrlen]);
    let details = &cut.findings()[0].details;
    assert!(matches!(details.as_slice(), [Detail::Length { given: 16, wanted: 26 }, Detail::Address { .. }]));
    connects(Some(26), Errno::ECONNREFUSED).finds(&[Id::BadAddrlen]);
    connects(Some(26), Errno::EAGAIN).finds(&[]);
    connects(None, Errno::ENOENT).finds(&[]);
}

#[test]
fn swapped_ports() {
    let swapped = format!("0.0.0.0:{}", 8080_u16.swap_bytes());
    let mut server = Script::new();
    server.tcp(3).bind(3, &swapped).listen(3);
    server.finds(&[Id::MissingHtons]);
    assert!(server.findings()[0].details.contains(&Detail::Ports { used: 36895, meant: 8080 }));

    let mut given = Script::of(&["./prog", "36895"]);
    given.tcp(3).bind(3, "0.0.0.0:36895").listen(3);
    given.finds(&[]);
    let mut ephemeral = Script::new();
    ephemeral.tcp(3).bind(3, "0.0.0.0:45117").listen(3);
    ephemeral.finds(&[]);

    let mut client = Script::new();
    let cause = Cause::ByteSwapped { port: 45117, listening: 45117_u16.swap_bytes() };
    client
        .tcp(3)
        .does(call(Sys::Connect).on(3).to("127.0.0.1:45117").fails(Errno::ECONNREFUSED).because(cause))
        .exits(1);
    client.finds(&[Id::MissingHtons]);
    assert!(!client.has(Id::ConnectionRefused));
}

#[test]
fn a_runtime_swaps_no_port() {
    let blamed = |program: &str| {
        let mut script = Script::of(&[program, "p.py"]);
        script.executes(&[program, "p.py"]);
        script.udp(3).does(call(Sys::Connect).on(3).to("127.0.0.1:47371").gives(0));
        script.has(Id::MissingHtons)
    };
    assert!(blamed("./prog") && !blamed("/usr/bin/python3"));
}

/// Only a port that looks swapped is looked up, once, and where nothing is known of it.
#[test]
fn a_port_is_looked_up_where_it_may_be_swapped() {
    let refused = |to: &str| call(Sys::Connect).on(4).to(to).fails(Errno::ECONNREFUSED);
    let sent = || call(Sys::Sendto).on(4).number(0).number(1).number(0).to("127.0.0.1:47371").gives(1);
    let mut script = Script::new();
    script.tcp(4);
    assert_eq!(script.doubts(refused("127.0.0.1:47371")), Some(47371));
    assert_eq!(script.doubts(sent()), Some(47371));
    assert_eq!(script.doubts(refused("127.0.0.1:8080")), None);
    assert_eq!(script.doubts(call(Sys::Bind).on(4).to("127.0.0.1:47371").gives(0)), None);
    let mut typed = Script::of(&["./prog", "47371"]);
    typed.tcp(4);
    assert_eq!(typed.doubts(refused("127.0.0.1:47371")), None);
    script.knows(47371);
    assert_eq!(script.doubts(refused("127.0.0.1:47371")), None);
    script.does(refused("127.0.0.1:47371")).exits(1);
    assert!(!script.has(Id::MissingHtons));
}

/// 47371 is 3001 swapped, and a port that the kernel may give.
#[test]
fn a_port_that_the_kernel_gave_is_not_swapped() {
    let refused = || call(Sys::Connect).on(4).to("127.0.0.1:47371").fails(Errno::ECONNREFUSED);
    let tells = [
        call(Sys::Getsockname).on(3).to("127.0.0.1:47371").number(16).gives(0),
        call(Sys::Getpeername).on(3).to("127.0.0.1:47371").number(16).gives(0),
        call(Sys::Accept).on(3).to("127.0.0.1:47371").number(16).gives(5),
        call(Sys::Accept4).on(3).to("[::1]:47371").number(16).number(0).gives(5),
        call(Sys::Recvfrom).on(3).number(0).number(1).number(0).to("127.0.0.1:47371").number(16).gives(1),
        call(Sys::Recvmsg)
            .on(3)
            .with(Value::List(vec![Value::Record(vec![(
                "msg_name".to_owned(),
                Value::Address(inet("127.0.0.1:47371")),
            )])]))
            .gives(1),
    ];
    for told in tells {
        let mut script = Script::new();
        script.tcp(3).tcp(4).does(refused());
        assert!(script.has(Id::MissingHtons), "nothing told it");
        let mut script = Script::new();
        script.tcp(3).does(told).tcp(4).does(refused()).udp(6);
        script.does(call(Sys::Sendto).on(6).number(0).number(1).number(0).to("127.0.0.1:47371").gives(1));
        script.tcp(7).bind(7, "0.0.0.0:47371");
        assert!(!script.has(Id::MissingHtons));
    }

    let mut child = Script::new();
    child.tcp(3).does(call(Sys::Getsockname).on(3).to("127.0.0.1:47371").number(16).gives(0)).forks(200).by(200);
    child.tcp(4).does(refused());
    assert!(!child.has(Id::MissingHtons), "the parent was told");

    let mut late = Script::new();
    late.tcp(3).bind(3, "127.0.0.1:47371");
    late.does(call(Sys::Getsockname).on(3).to("127.0.0.1:47371").number(16).gives(0));
    assert!(late.has(Id::MissingHtons), "the program chose it before the kernel told it");
}

#[test]
fn a_connection_that_is_made_proves_its_port() {
    let connects = |address: &str, errno: Option<Errno>| {
        let made = call(Sys::Connect).on(3).to(address);
        let mut script = Script::new();
        script.tcp(3).does(errno.map_or(made.clone().gives(0), |errno| made.fails(errno)));
        script.has(Id::MissingHtons)
    };
    assert!(!connects("127.0.0.1:47371", None));
    assert!(!connects("192.0.2.1:47371", Some(Errno::EINPROGRESS)));
    assert!(connects("127.0.0.1:47371", Some(Errno::EINPROGRESS)), "nobody holds it");
    assert!(connects("192.0.2.1:47371", Some(Errno::ETIMEDOUT)));
}

#[test]
fn addresses_that_are_none() {
    let mut failed = Script::new();
    failed.tcp(3).does(call(Sys::Connect).on(3).to("255.255.255.255:3001").fails(Errno::ENETUNREACH)).exits(1);
    assert_eq!(failed.severity(Id::BadAddress), Some(Severity::Defect));
    let mut broadcast = Script::new();
    broadcast.udp(3).option(3, "SO_BROADCAST");
    broadcast.does(call(Sys::Sendto).on(3).number(0).number(0).number(0).to("255.255.255.255:3001").gives(5)).exits(0);
    broadcast.finds(&[]);

    let mut any = Script::new();
    any.tcp(3).does(call(Sys::Connect).on(3).to("0.0.0.0:3001").gives(0)).exits(0);
    assert_eq!(any.severity(Id::BadAddress), Some(Severity::Weakness));

    let mut family = Script::new();
    let unset = Value::Address(Address::Other { family: 7, bytes: vec![0; 14] });
    family.tcp(3).does(call(Sys::Bind).on(3).with(unset).number(16).fails(Errno::EAFNOSUPPORT)).exits(1);
    family.finds(&[Id::BadAddress]);
}

#[test]
fn getaddrinfo_dissolves_its_own_associations() {
    let mut script = Script::new();
    let none = Value::Address(Address::Other { family: 0, bytes: vec![0; 14] });
    script.udp(3).does(call(Sys::Connect).on(3).to("93.184.216.34:80").gives(0));
    script.does(call(Sys::Connect).on(3).with(none).number(16).gives(0)).close(3);
    script.socket(3, "AF_INET6", "SOCK_DGRAM");
    script.does(call(Sys::Connect).on(3).to("[2606:2800::1]:80").fails(Errno::ENETUNREACH)).close(3).exits(0);
    script.finds(&[]);
}

#[test]
fn the_length_of_an_address() {
    let mut script = Script::new();
    let address = Value::Address(Address::Other { family: 2, bytes: vec![0; 6] });
    script.tcp(3).does(call(Sys::Bind).on(3).with(address).number(8).fails(Errno::EINVAL)).exits(1);
    script.finds(&[Id::BadAddrlen]);

    let mut twice = Script::new();
    twice.tcp(3).option(3, "SO_REUSEADDR").bind(3, "0.0.0.0:3001");
    twice.does(call(Sys::Bind).on(3).to("0.0.0.0:3001").fails(Errno::EINVAL)).listen(3).awaits(3);
    twice.finds(&[]);
    let mut long = Script::new();
    let address = Value::Address(inet("127.0.0.1:3001"));
    long.tcp(3).does(call(Sys::Connect).on(3).with(address).number(128).gives(0)).exits(0);
    long.finds(&[]);
}

#[test]
fn a_client_with_a_fixed_port() {
    let mut script = Script::new();
    script.tcp(3).bind(3, "0.0.0.0:4000").does(call(Sys::Connect).on(3).to("127.0.0.1:3001").gives(0));
    script.send(3, b"x\n").recv(3, b"x\n").close(3).exits(0);
    script.finds(&[Id::ClientFixedPort]);

    let mut address_only = Script::new();
    address_only
        .tcp(3)
        .bind(3, "127.0.0.1:0")
        .does(call(Sys::Connect).on(3).to("127.0.0.1:3001").gives(0))
        .close(3)
        .exits(0);
    address_only.finds(&[]);
    let mut datagrams = Script::new();
    datagrams.udp(3).bind(3, "0.0.0.0:4000").does(call(Sys::Connect).on(3).to("127.0.0.1:3001").gives(0)).exits(0);
    datagrams.finds(&[]);
}

#[test]
fn situations_are_information() {
    let mut reserved = Script::new();
    reserved.tcp(3).does(call(Sys::Bind).on(3).to("0.0.0.0:80").fails(Errno::EACCES)).exits(1);
    assert_eq!(reserved.severity(Id::PortPrivileged), Some(Severity::Information));
    let mut elsewhere = Script::new();
    elsewhere.tcp(3).does(call(Sys::Bind).on(3).to("10.9.8.7:3001").fails(Errno::EADDRNOTAVAIL)).exits(1);
    assert_eq!(elsewhere.severity(Id::AddressNotLocal), Some(Severity::Information));
    let mut refused = Script::new();
    refused.tcp(3).does(call(Sys::Connect).on(3).to("127.0.0.1:9").fails(Errno::ECONNREFUSED)).exits(1);
    assert_eq!(refused.severity(Id::ConnectionRefused), Some(Severity::Information));
    refused.finds(&[]);
}

#[test]
fn loopback_only_where_others_must_reach_it() {
    let serve = |settings: Settings, address: &str| {
        let mut script = Script::with(settings);
        script.tcp(3).option(3, "SO_REUSEADDR").bind(3, address).listen(3);
        script.has(Id::ListenLoopbackOnly)
    };
    let open = Settings { must_be_reachable: true };
    assert!(serve(open, "127.0.0.1:3001"));
    assert!(!serve(open, "0.0.0.0:3001"));
    assert!(!serve(Settings::default(), "127.0.0.1:3001"));
}

#[test]
fn obsolete_functions_are_an_advice() {
    let mut script = Script::server();
    script.imports(&["gethostbyname@GLIBC_2.2.5", "inet_addr", "socket"]);
    let findings = script.findings();
    let finding = findings.iter().find(|finding| finding.id == Id::ObsoleteFunction).unwrap();
    assert_eq!(finding.severity, Severity::Advice);
    assert_eq!(finding.details.len(), 2);
    let mut modern = Script::server();
    modern.imports(&["getaddrinfo", "inet_pton"]);
    assert!(!modern.has(Id::ObsoleteFunction));
}

fn address(text: &str) -> Detail {
    Detail::Address { address: text.to_owned() }
}

fn failed(name: &str, errno: Errno) -> Vec<Detail> {
    vec![Detail::Call { name: name.into() }, Detail::Errno { errno }]
}

fn connect(to: &str) -> Made {
    call(Sys::Connect).on(3).to(to)
}

/// What is found after one call, on a socket of this kind.
fn with(family: &str, kind: &str, made: Made) -> Script {
    let mut script = Script::new();
    script.socket(3, family, kind).does(made);
    script
}

fn tcp(made: Made) -> Script {
    with("AF_INET", "SOCK_STREAM", made)
}

fn udp(made: Made) -> Script {
    with("AF_INET", "SOCK_DGRAM", made)
}

#[test]
fn a_descriptor_that_is_none() {
    let found = |before: &dyn Fn(&mut Script), made: Made| {
        let mut script = Script::new();
        before(&mut script);
        script.does(made);
        script.blames()
    };
    let nothing = |_: &mut Script| {};
    let fails = |sys: Sys, fd: i32, errno: Errno| call(sys).on(fd).fails(errno);
    for sys in [Sys::Bind, Sys::Listen, Sys::Accept, Sys::Connect, Sys::Send, Sys::Sendto, Sys::Sendmsg, Sys::Recv] {
        assert_eq!(found(&nothing, fails(sys, 3, Errno::EBADF)), [Id::MissingSocket], "{sys:?}");
        if sys != Sys::Recv {
            assert_eq!(found(&nothing, fails(sys, 0, Errno::ENOTSOCK)), [Id::MissingSocket], "{sys:?}");
        }
        assert_eq!(found(&nothing, fails(sys, -1, Errno::EBADF)), [Id::MissingSocket], "{sys:?}");
        assert_eq!(found(&nothing, call(sys).on(3).provoked(Errno::EBADF)), [], "{sys:?}");
        assert_eq!(found(&nothing, fails(sys, 2, Errno::EBADF)), [], "a terminal that was closed");
    }
    for (fd, errno) in [(3, Errno::EBADF), (-1, Errno::EBADF), (0, Errno::ENOTSOCK)] {
        assert_eq!(found(&nothing, fails(Sys::Read, fd, errno)), [], "a file's");
        assert_eq!(found(&nothing, fails(Sys::Getpeername, fd, errno)), [], "it only asks");
    }
    assert_eq!(found(&nothing, fails(Sys::Send, 3, Errno::EPERM)), []);
    let attached = |script: &mut Script| {
        script.by(500);
    };
    assert_eq!(found(&attached, fails(Sys::Send, 3, Errno::EBADF)), [], "what it did before was not seen");
    let born = |script: &mut Script| {
        script.by(500).forks(501).by(501);
    };
    assert_eq!(found(&born, fails(Sys::Send, 3, Errno::EBADF)), [Id::MissingSocket]);
}

#[test]
fn a_descriptor_that_was_closed() {
    let closed = |made: Made| {
        let mut script = Script::client();
        script.close(3).does(made);
        script
    };
    for sys in [Sys::Send, Sys::Read, Sys::Write, Sys::Recv, Sys::Listen] {
        let script = closed(call(sys).on(3).fails(Errno::EBADF));
        script.finds(&[Id::UseAfterClose]);
        assert_eq!(script.proofs(Id::UseAfterClose), ["close", sys.name().as_str()]);
    }
    closed(call(Sys::Send).on(3).fails(Errno::ENOTSOCK)).finds(&[Id::UseAfterClose]);
    closed(call(Sys::Read).on(3).fails(Errno::ENOTSOCK)).finds(&[]);
    closed(call(Sys::Fcntl).on(3).fails(Errno::EBADF)).finds(&[]);
    closed(call(Sys::Send).on(3).provoked(Errno::EBADF)).finds(&[]);
    closed(call(Sys::Read).on(-1).fails(Errno::EBADF)).finds(&[Id::UseAfterClose]);
    closed(call(Sys::Read).on(-1_304_901_060).fails(Errno::EBADF)).finds(&[]);
    closed(call(Sys::Send).on(-1_304_901_060).fails(Errno::EBADF)).finds(&[Id::MissingSocket]);
    let mut thread = Script::client();
    thread.starts_thread(101).thread(MAIN, 101).close(3).by(MAIN).does(call(Sys::Send).on(3).fails(Errno::EBADF));
    thread.finds(&[]);
}

#[test]
fn what_is_told_of_a_descriptor_that_a_failure_gave() {
    let mut script = Script::new();
    script.does(call(Sys::Socket).symbol("AF_INET").symbol("SOCK_STREAM").number(0).provoked(Errno::EMFILE));
    script.does(call(Sys::Read).on(-1).fails(Errno::EBADF));
    assert_eq!(script.details(Id::UncheckedSetup), [Detail::Call { name: "socket".into() }]);
    assert_eq!(script.proofs(Id::UncheckedSetup), ["socket", "read"]);
}

#[test]
fn what_is_told_of_a_program_that_went_on() {
    let goes_on = |before: &[Made], kind: &str, made: Made| {
        let mut script = Script::new();
        script.socket(3, "AF_INET", kind);
        for made in before {
            script.does(made.clone());
        }
        script.does(made);
        script
    };
    let bind = || call(Sys::Bind).on(3).to("0.0.0.0:3001").fails(Errno::EADDRINUSE);
    let listen = || call(Sys::Listen).on(3).number(5).fails(Errno::EADDRINUSE);
    let refused = || connect("127.0.0.1:3001").fails(Errno::ECONNREFUSED);
    let accept = |sys: Sys| call(sys).on(3).length_in(16).fails(Errno::EMFILE);
    for (before, made, blamed) in [
        (bind(), listen(), "bind"),
        (bind(), accept(Sys::Accept), "bind"),
        (listen(), accept(Sys::Accept), "listen"),
        (listen(), accept(Sys::Accept4), "listen"),
    ] {
        let script = goes_on(&[before], "SOCK_STREAM", made.clone());
        assert_eq!(script.details(Id::UncheckedSetup), failed(blamed, Errno::EADDRINUSE));
        assert_eq!(script.proofs(Id::UncheckedSetup).len(), 2);
    }
    let path = with("AF_UNIX", "SOCK_STREAM", bind()).listen(3).does(accept(Sys::Accept)).details(Id::UncheckedSetup);
    assert_eq!(path, failed("bind", Errno::EADDRINUSE));
    let connected = goes_on(&[refused()], "SOCK_STREAM", receive(3, b"", 9).gives(0));
    assert_eq!(connected.details(Id::UncheckedSetup), failed("connect", Errno::ECONNREFUSED));
    assert_eq!(connected.proofs(Id::UncheckedSetup), ["connect", "recv"]);
    let blames = |before: &[Made], kind: &str, made: Made| goes_on(before, kind, made).has(Id::UncheckedSetup);
    assert!(blames(&[refused()], "SOCK_STREAM", sending(3, b"x").fails(Errno::EPIPE)));
    assert!(!blames(&[refused()], "SOCK_STREAM", sending(3, b"x").fails(Errno::EAGAIN)));
    assert!(!blames(&[refused()], "SOCK_STREAM", sending(3, b"x").gives(1)), "it is connected after all");
    assert!(!blames(&[refused()], "SOCK_STREAM", receive(3, b"", 9).symbol("MSG_PEEK").fails(Errno::ENOTCONN)));
    assert!(!blames(&[refused()], "SOCK_DGRAM", sending(3, b"x").fails(Errno::EDESTADDRREQ)));
    assert!(!blames(&[refused()], "SOCK_STREAM", call(Sys::Shutdown).on(3).fails(Errno::ENOTCONN)));
    let silent = goes_on(&[bind()], "SOCK_DGRAM", receive(3, b"", 9).fails(Errno::EAGAIN));
    assert_eq!(silent.details(Id::UncheckedSetup), failed("bind", Errno::EADDRINUSE));
    assert!(!blames(&[bind()], "SOCK_DGRAM", sending(3, b"x").gives(1)), "the kernel gives it a port");
    assert!(!blames(&[bind(), sending(3, b"x").gives(1)], "SOCK_DGRAM", receive(3, b"y", 9).gives(1)));
    assert!(!blames(&[bind()], "SOCK_STREAM", receive(3, b"", 9).fails(Errno::ENOTCONN)));
}

#[test]
fn bytes_asked_of_what_is_no_connection() {
    for errno in [Errno::ENOTCONN, Errno::EPIPE, Errno::EDESTADDRREQ] {
        let script = tcp(sending(3, b"x").fails(errno));
        assert_eq!(script.proofs(Id::SendUnconnected), ["socket", "send"]);
        let mut listener = Script::server();
        listener.does(sending(3, b"x").fails(errno));
        assert_eq!(listener.proofs(Id::SendOnListener), ["listen", "send"]);
    }
    udp(sending(3, b"x").fails(Errno::EDESTADDRREQ)).finds(&[Id::SendUnconnected]);
    tcp(sending(3, b"x").fails(Errno::ENOBUFS)).finds(&[]);
    tcp(sending(3, b"x").provoked(Errno::EPIPE)).finds(&[]);
    tcp(call(Sys::Shutdown).on(3).symbol("SHUT_WR").fails(Errno::ENOTCONN)).finds(&[]);
    with("AF_UNIX", "SOCK_STREAM", sending(3, b"x").fails(Errno::ENOTCONN)).finds(&[]);
    let mut broken = Script::server();
    broken.accept(3, 4).recv_error(4, Errno::ECONNRESET).recv_error(4, Errno::ENOTCONN);
    assert!(!broken.has(Id::SendUnconnected));
    let mut tried = Script::new();
    tried.tcp(3).does(connect("127.0.0.1:3001").fails(Errno::EINPROGRESS));
    tried.does(receive(3, b"", 9).symbol("MSG_PEEK").fails(Errno::ENOTCONN));
    tried.finds(&[]);
    let subject = Subject::Socket { family: libc::AF_INET, socket_type: libc::SOCK_STREAM, inode: 9 };
    let mut inherited = Script::new();
    inherited.does(sending(3, b"x").subject(subject).fails(Errno::EPIPE));
    inherited.finds(&[]);
}

#[test]
fn why_an_address_cannot_be_had() {
    let bind = |to: &str| call(Sys::Bind).on(3).to(to);
    let port = |port: u16| Detail::Port { port };
    let cause = || Cause::TimeWait { port: 3001, remaining_ms: 9 };
    let taken = tcp(bind("0.0.0.0:3001").fails(Errno::EADDRINUSE).because(cause()));
    let told = vec![port(3001), address("0.0.0.0:3001"), Detail::Cause { cause: cause() }];
    assert_eq!(taken.details(Id::PortInUse), told);
    assert_eq!(taken.details(Id::NoReuseaddr), told);
    let elsewhere = tcp(bind("10.9.8.7:3001").fails(Errno::EADDRNOTAVAIL));
    assert_eq!(elsewhere.details(Id::AddressNotLocal), [port(3001), address("10.9.8.7:3001")]);
    let reserved = |to: &str| tcp(bind(to).fails(Errno::EACCES)).has(Id::PortPrivileged);
    assert!(reserved("0.0.0.0:80") && reserved("0.0.0.0:1023") && !reserved("0.0.0.0:1024"));
    let findings = |made: Made| tcp(made).findings().len();
    assert_eq!(findings(bind("0.0.0.0:3001").provoked(Errno::EADDRINUSE)), 0);
    assert_eq!(findings(bind("0.0.0.0:3001").gives(0)), 0);
    assert_eq!(findings(connect("192.0.2.1:3001").fails(Errno::EADDRNOTAVAIL)), 0, "no bind");
    let mut reuses = Script::new();
    reuses.tcp(3).option(3, "SO_REUSEADDR").does(bind("0.0.0.0:3001").fails(Errno::EADDRINUSE).because(cause()));
    assert!(reuses.has(Id::PortInUse) && !reuses.has(Id::NoReuseaddr));
    let datagrams = udp(bind("0.0.0.0:3001").fails(Errno::EADDRINUSE).because(cause()));
    assert!(datagrams.has(Id::PortInUse) && !datagrams.has(Id::NoReuseaddr));
    assert!(!tcp(bind("0.0.0.0:3001").fails(Errno::EADDRINUSE)).has(Id::NoReuseaddr));
}

#[test]
fn what_is_told_of_a_listening_socket() {
    let listens = |made: Made| {
        let mut script = Script::with(Settings { must_be_reachable: true });
        script.tcp(3).bind(3, "127.0.0.1:3001").does(made);
        script
    };
    let fine = listens(call(Sys::Listen).on(3).number(5).gives(0));
    assert_eq!(fine.details(Id::NoReuseaddr), [Detail::Port { port: 3001 }]);
    assert_eq!(fine.proofs(Id::NoReuseaddr), ["bind", "listen"]);
    assert_eq!(fine.details(Id::ListenLoopbackOnly), [address("127.0.0.1:3001")]);
    assert_eq!(fine.proofs(Id::ListenLoopbackOnly), ["bind", "listen"]);
    assert_eq!(listens(call(Sys::Listen).on(3).number(5).fails(Errno::EADDRINUSE)).findings(), []);
    assert_eq!(listens(call(Sys::Getsockname).on(3).gives(0)).findings(), []);
    let mut unbound = Script::with(Settings { must_be_reachable: true });
    unbound.tcp(3).listen(3);
    assert_eq!(unbound.findings(), []);
    let mut sctp = Script::new();
    sctp.socket(3, "AF_INET", "SOCK_SEQPACKET").bind(3, "0.0.0.0:3001").listen(3);
    assert_eq!(sctp.findings(), []);
    let mut path = Script::new();
    let name = Value::Address(Address::Unix(b"/tmp/s".to_vec()));
    path.socket(3, "AF_UNIX", "SOCK_STREAM").does(call(Sys::Bind).on(3).with(name).number(9).gives(0)).listen(3);
    assert_eq!(path.findings(), []);
}

#[test]
fn what_is_told_of_a_connection() {
    let cause = || Cause::TimeWait { port: 3001, remaining_ms: 9 };
    let refused = tcp(connect("127.0.0.1:3001").fails(Errno::ECONNREFUSED).because(cause()));
    let told = [Detail::Port { port: 3001 }, address("127.0.0.1:3001"), Detail::Cause { cause: cause() }];
    assert_eq!(refused.details(Id::ConnectionRefused), told);
    for fine in [
        tcp(connect("127.0.0.1:3001").provoked(Errno::ECONNREFUSED)),
        tcp(connect("127.0.0.1:3001").fails(Errno::ETIMEDOUT)),
        udp(connect("127.0.0.1:3001").fails(Errno::ECONNREFUSED)),
        udp(connect("0.0.0.0:3001").gives(0)),
        tcp(call(Sys::Bind).on(3).to("0.0.0.0:3001").gives(0)),
    ] {
        assert_eq!(fine.findings(), []);
    }
    let any = tcp(connect("0.0.0.0:3001").gives(0));
    assert_eq!(any.details(Id::BadAddress), [address("0.0.0.0:3001")]);
    let fixed = |port: u16| {
        let mut script = Script::new();
        script.tcp(3).bind(3, &format!("0.0.0.0:{port}")).does(connect("127.0.0.1:3001").gives(0));
        script
    };
    assert_eq!(fixed(1024).details(Id::ClientFixedPort), [Detail::Port { port: 1024 }]);
    assert_eq!(fixed(1024).proofs(Id::ClientFixedPort), ["bind", "connect"]);
    assert!(!fixed(1023).has(Id::ClientFixedPort) && !fixed(0).has(Id::ClientFixedPort));
}

#[test]
fn which_failures_a_cut_path_explains() {
    let path = || Value::Address(Address::Unix(b"/tmp/fresh/ann".to_vec()));
    let connects = || call(Sys::Connect).on(3).with(path()).number(16).length_in(26);
    let sends = || call(Sys::Sendto).on(3).number(0).number(0).number(0).with(path()).number(16).length_in(26);
    let cut = |made: Made| with("AF_UNIX", "SOCK_DGRAM", made).has(Id::BadAddrlen);
    for errno in [Errno::ENOENT, Errno::ECONNREFUSED, Errno::ENOTDIR] {
        assert!(cut(connects().fails(errno)) && cut(sends().fails(errno)), "{errno:?}");
        assert!(!cut(connects().provoked(errno)), "{errno:?}");
    }
    assert!(!cut(connects().fails(Errno::EACCES)) && !cut(connects().gives(0)));
    assert!(!cut(call(Sys::Bind).on(3).with(path()).number(16).length_in(26).fails(Errno::ENOENT)));
}

#[test]
fn a_length_that_is_none_of_the_family() {
    let bind = |family: &str, length: i64, made: &dyn Fn(Made) -> Made| {
        let address = Value::Address(inet(if family == "AF_INET" { "127.0.0.1:3001" } else { "[::1]:3001" }));
        let script = with(family, "SOCK_STREAM", made(call(Sys::Bind).on(3).with(address).number(length)));
        script.findings().into_iter().find(|finding| finding.id == Id::BadAddrlen).map(|finding| finding.details)
    };
    let invalid = |made: Made| made.fails(Errno::EINVAL);
    let told = |given: u64, wanted: u64| Some(vec![Detail::Length { given, wanted }]);
    assert_eq!(bind("AF_INET", 15, &invalid), told(15, 16));
    assert_eq!(bind("AF_INET", 129, &invalid), told(129, 16));
    assert_eq!(bind("AF_INET6", 23, &invalid), told(23, 28));
    assert_eq!(bind("AF_INET6", 16, &invalid), told(16, 28));
    for (family, length) in [("AF_INET", 16), ("AF_INET", 128), ("AF_INET6", 24), ("AF_INET6", 28)] {
        assert_eq!(bind(family, length, &invalid), None, "{family} {length}");
    }
    assert_eq!(bind("AF_INET", 8, &|made| made.provoked(Errno::EINVAL)), None);
    assert_eq!(bind("AF_INET", 8, &|made| made.fails(Errno::EACCES)), None);
    let peer = call(Sys::Getpeername).on(3).with(Value::Address(inet("127.0.0.1:3001"))).number(8);
    assert!(!tcp(peer.fails(Errno::EINVAL)).has(Id::BadAddrlen));
}

#[test]
fn an_address_of_another_family() {
    let other = |family: u16| Value::Address(Address::Other { family, bytes: vec![0; 14] });
    let given = |sys: Sys, value: Value| call(sys).on(3).with(value).number(16);
    let path = || Value::Address(Address::Unix(b"/tmp/s".to_vec()));
    let wrong = |script: Script| script.has(Id::BadAddress);
    for errno in [Errno::EAFNOSUPPORT, Errno::EINVAL] {
        assert!(wrong(tcp(given(Sys::Bind, path()).fails(errno))), "{errno:?}");
        assert!(wrong(tcp(given(Sys::Connect, other(7)).fails(errno))), "{errno:?}");
        assert!(wrong(tcp(connect("[::1]:3001").fails(errno))), "{errno:?}");
        assert!(wrong(with("AF_INET6", "SOCK_STREAM", connect("127.0.0.1:3001").fails(errno))), "{errno:?}");
        assert!(!wrong(with("AF_INET6", "SOCK_STREAM", connect("[::1]:3001").fails(errno))), "{errno:?}");
        assert!(!wrong(tcp(connect("127.0.0.1:3001").fails(errno))), "{errno:?}");
        assert!(!wrong(tcp(given(Sys::Connect, other(7)).provoked(errno))), "{errno:?}");
    }
    assert!(!wrong(tcp(given(Sys::Bind, other(0)).gives(0))), "Linux takes it for AF_INET");
    assert!(!wrong(tcp(given(Sys::Connect, path()).fails(Errno::ENETUNREACH))));
    assert!(!wrong(tcp(given(Sys::Getpeername, other(7)).fails(Errno::EINVAL))));

    let unset = || given(Sys::Connect, other(0)).gives(0);
    assert!(wrong(tcp(unset())), "an address that was never filled in");
    assert!(!wrong(udp(unset())));
    let mut connected = Script::client();
    connected.does(unset());
    let mut begun = Script::new();
    begun.tcp(3).does(connect("127.0.0.1:3001").fails(Errno::EINPROGRESS)).does(unset());
    let mut inherited = Script::new();
    let subject = Subject::Socket { family: libc::AF_INET, socket_type: libc::SOCK_STREAM, inode: 9 };
    inherited.does(unset().subject(subject));
    for dissolves in [connected, begun, inherited] {
        assert!(!wrong(dissolves));
    }
    let told = tcp(connect("255.255.255.255:3001").fails(Errno::ENETUNREACH));
    assert_eq!(told.details(Id::BadAddress), [address("255.255.255.255:3001")]);
}

#[test]
fn which_uses_of_a_swapped_port_are_told() {
    let both = |kind: &str, made: Made| {
        let mut script = Script::new();
        script.socket(3, "AF_INET", kind).bind(3, "0.0.0.0:36895").does(made);
        script.findings().iter().filter(|finding| finding.id == Id::MissingHtons).count()
    };
    assert_eq!(both("SOCK_STREAM", connect("127.0.0.1:36895").fails(Errno::ECONNREFUSED)), 1, "it was told already");
    let sends = call(Sys::Sendto).on(3).number(0).number(1).number(0).to("127.0.0.1:36895").gives(1);
    assert_eq!(both("SOCK_DGRAM", sends), 2);
    let swapped = |script: Script| script.has(Id::MissingHtons);
    assert!(swapped(udp(connect("127.0.0.1:47371").gives(0))), "it proves nothing");
    for errno in [Errno::EINPROGRESS, Errno::EALREADY, Errno::EINTR, Errno::EAGAIN, Errno::EISCONN] {
        assert!(!swapped(tcp(connect("192.0.2.1:47371").fails(errno))), "{errno:?}");
        assert_eq!(swapped(tcp(connect("127.0.0.1:47371").fails(errno))), errno != Errno::EISCONN, "{errno:?}");
    }
    assert!(!swapped(tcp(call(Sys::Getpeername).on(3).to("127.0.0.1:47371").fails(Errno::ENOTCONN))));
    let mut resolver = Script::new();
    resolver.udp(3).does(connect("127.0.0.53:53").gives(0)).does(connect("127.0.0.53:13568").gives(0));
    resolver.finds(&[]);
    let cause = Cause::ByteSwapped { port: 45117, listening: 45117_u16.swap_bytes() };
    let known = tcp(connect("127.0.0.1:45117").fails(Errno::ECONNREFUSED).because(cause));
    let meant = 45117_u16.swap_bytes();
    assert_eq!(known.details(Id::MissingHtons), [Detail::Ports { used: 45117, meant }]);
}

#[test]
fn the_lengths_at_their_limits() {
    let asked = |made: Made| {
        let mut script = Script::server();
        script.does(made);
        script.findings().into_iter().find(|finding| finding.id == Id::AcceptAddrlen).map(|finding| finding.details)
    };
    let accept = |length: i64| call(Sys::Accept).on(3).number(0).number(0).length_in(length);
    let told =
        |given: u64, name: &str| Some(vec![Detail::Length { given, wanted: 16 }, Detail::Call { name: name.into() }]);
    assert_eq!(asked(accept(15).gives(4)), told(15, "accept"));
    assert_eq!(asked(accept(4097).gives(4)), told(4097, "accept"));
    assert_eq!(asked(accept(16).gives(4)), None);
    assert_eq!(asked(accept(4096).gives(4)), None);
    assert_eq!(asked(accept(-5).fails(Errno::EINVAL)), told(0, "accept"));
    assert_eq!(asked(accept(16).fails(Errno::EFAULT)), Some(vec![Detail::Call { name: "accept".into() }]));
    assert_eq!(asked(accept(0).provoked(Errno::EFAULT)), None);
    assert_eq!(asked(accept(0).fails(Errno::EMFILE)), None, "no address was told");
    let name = |length: i64| call(Sys::Getsockname).on(3).number(0).number(0).length_in(length);
    assert_eq!(asked(name(0).gives(0)), told(0, "getsockname"));
    assert_eq!(asked(name(16).fails(Errno::EFAULT)), None);
    assert_eq!(asked(name(0).fails(Errno::EINVAL)), None);
    assert_eq!(asked(call(Sys::Connect).on(3).to("127.0.0.1:3001").length_in(0).gives(0)), None);
    let from = |address: Value| {
        let made = call(Sys::Recvfrom).on(3).carries(Direction::Received, b"x", 9).number(0).with(address);
        udp(made.length_in(0).gives(1)).has(Id::AcceptAddrlen)
    };
    assert!(from(Value::Address(inet("127.0.0.1:4000"))) && !from(Value::Null));

    let path = |length: i64, made: &dyn Fn(Made) -> Made| {
        let mut script = Script::new();
        script.socket(3, "AF_UNIX", "SOCK_STREAM").listen(3).does(made(accept(length)));
        script.findings().into_iter().find(|finding| finding.id == Id::AcceptAddrlen).map(|finding| finding.details)
    };
    assert_eq!(path(0, &|made| made.gives(4)), None, "a name may be empty");
    let refused = Some(vec![Detail::Call { name: "accept".into() }]);
    assert_eq!(path(-1, &|made| made.fails(Errno::EINVAL)), refused);
}

#[test]
fn whether_a_socket_that_accept_refuses_may_listen() {
    let before = |made: &dyn Fn(&mut Script), sys: Sys| {
        let mut script = Script::new();
        script.tcp(3);
        made(&mut script);
        script.does(call(sys).on(3).length_in(16).fails(Errno::EINVAL));
        script
    };
    let found = |made: &dyn Fn(&mut Script), sys: Sys| before(made, sys).has(Id::AcceptBeforeListen);
    assert!(found(&|_| {}, Sys::Accept) && found(&|_| {}, Sys::Accept4) && !found(&|_| {}, Sys::Getsockname));
    assert_eq!(before(&|_| {}, Sys::Accept).proofs(Id::AcceptBeforeListen), ["socket", "accept"]);
    assert!(
        !found(
            &|script| {
                script.shutdown(3, "SHUT_RD");
            },
            Sys::Accept
        ),
        "so some programs stop"
    );
    assert!(!found(
        &|script| {
            script.listen(3);
        },
        Sys::Accept
    ));
    let mut inherited = Script::new();
    let subject = Subject::Socket { family: libc::AF_INET, socket_type: libc::SOCK_STREAM, inode: 9 };
    inherited.does(call(Sys::Accept).on(3).length_in(16).subject(subject).fails(Errno::EINVAL));
    assert!(!inherited.has(Id::AcceptBeforeListen));
}

#[test]
fn a_path_that_was_left_behind() {
    let mut script = Script::new();
    let path = || Value::Address(Address::Unix(b"/tmp/s".to_vec()));
    script.socket(3, "AF_UNIX", "SOCK_STREAM");
    script.does(call(Sys::Bind).on(3).with(path()).number(110).fails(Errno::EADDRINUSE)).exits(1);
    assert_eq!(script.severity(Id::PortInUse), Some(Severity::Information));
    assert_eq!(script.details(Id::PortInUse), [Detail::Address { address: "/tmp/s".to_owned() }]);
    let mut denied = Script::new();
    denied.socket(3, "AF_UNIX", "SOCK_STREAM");
    denied.does(call(Sys::Bind).on(3).with(path()).number(110).fails(Errno::EACCES)).exits(1);
    assert!(!denied.has(Id::PortInUse) && !denied.has(Id::PortPrivileged));
}

#[test]
fn a_port_that_nobody_announced_may_be_meant() {
    let binds = |arguments: &[&str]| {
        let mut script = Script::of(arguments);
        script.tcp(3).bind(3, "0.0.0.0:47371");
        script.severity(Id::MissingHtons)
    };
    assert_eq!(binds(&["./prog", "3001"]), Some(Severity::Defect));
    assert_eq!(binds(&["./prog"]), Some(Severity::Weakness));
    assert_eq!(binds(&["./prog", "47371"]), None);
}

#[test]
fn a_standard_input_that_is_no_socket_is_asked_what_it_is() {
    let finds = |made: Made| {
        let mut script = Script::new();
        script.does(made.fails(Errno::ENOTSOCK));
        script.has(Id::MissingSocket)
    };
    assert!(!finds(receive(0, b"", 99)) && !finds(sending(1, b"x")) && !finds(call(Sys::Getpeername).on(0)));
    assert!(finds(receive(7, b"", 99)) && finds(call(Sys::Connect).on(0).to("127.0.0.1:3001")));
}
