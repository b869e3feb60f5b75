//! How descriptors appear, are copied, and go.

use crate::diagnose::ledger::socket::Role;
use crate::diagnose::tests::script::{MAIN, Made, Script, call, receive, sending};
use crate::finding::Id;
use crate::observed::{Open, Subject};
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;

fn internet(inode: u64) -> Subject {
    Subject::Socket { family: libc::AF_INET, socket_type: libc::SOCK_STREAM, inode }
}

/// Connections that its listener thinks open.
fn open(script: &Script) -> u64 {
    script.at(3).unwrap().listening.open
}

fn references(script: &Script, fd: i32) -> u32 {
    script.at(fd).map_or(0, |socket| socket.references)
}

#[test]
fn what_socket_was_asked_for() {
    use libc::{AF_INET, AF_INET6, AF_UNIX, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM};
    for (family, kind, made) in [
        ("AF_INET", "SOCK_STREAM", (AF_INET, SOCK_STREAM)),
        ("AF_INET6", "SOCK_DGRAM", (AF_INET6, SOCK_DGRAM)),
        ("AF_UNIX", "SOCK_RAW", (AF_UNIX, SOCK_RAW)),
        ("PF_INET", "SOCK_STREAM|SOCK_NONBLOCK", (AF_INET, SOCK_STREAM)),
        ("AF_LOCAL", "SOCK_SEQPACKET", (AF_UNIX, 0)),
        ("16", "SOCK_RAW", (16, SOCK_RAW)),
        ("AF_NETLINK", "SOCK_RAW", (-1, SOCK_RAW)),
    ] {
        let mut script = Script::new();
        script.socket(3, family, kind);
        let socket = script.at(3).unwrap();
        assert_eq!((socket.family, socket.socket_type), made, "{family} {kind}");
        assert_eq!((socket.known, socket.references, socket.owner), (true, 1, (MAIN, 3)));
    }
}

#[test]
fn no_descriptor_is_remembered_until_there_is_one() {
    let failed = |script: &Script| script.process().no_descriptor.as_ref().map(|none| none.1);
    let mut script = Script::server();
    script.does(call(Sys::Socket).symbol("AF_INET").symbol("SOCK_STREAM").fails(Errno::EMFILE));
    assert_eq!(failed(&script), Some(Sys::Socket));
    script.tcp(5);
    assert_eq!(failed(&script), None);
    script.does(call(Sys::Accept).on(3).fails(Errno::EMFILE));
    assert_eq!(failed(&script), Some(Sys::Accept));
    script.accept(3, 4);
    assert_eq!(failed(&script), None);
    script.is_interrupted(call(Sys::Accept).on(3)).does(call(Sys::Socketpair).symbol("AF_UNIX").fails(Errno::EMFILE));
    assert_eq!(failed(&script), None);
}

#[test]
fn a_pair_talks_to_itself() {
    let pair = || {
        let fds = Value::List(vec![Value::Number(8), Value::Number(9)]);
        call(Sys::Socketpair).symbol("AF_UNIX").symbol("SOCK_STREAM").number(0).with(fds)
    };
    let mut script = Script::new();
    script.does(pair().gives(0));
    for fd in [8, 9] {
        let socket = script.at(fd).unwrap();
        assert_eq!((socket.role, socket.family, socket.socket_type), (Role::Pair, libc::AF_UNIX, libc::SOCK_STREAM));
    }
    let mut fails = Script::new();
    fails.does(pair().fails(Errno::EMFILE));
    assert!(fails.ledger().sockets.is_empty());
}

#[test]
fn a_connection_is_its_listeners_until_the_last_descriptor_goes() {
    let mut script = Script::server();
    script.accept(3, 4).does(call(Sys::Dup).on(4).gives(7)).accept(3, 5);
    let first = script.at(4).unwrap();
    assert_eq!((first.role, first.references, first.family), (Role::Accepted, 2, libc::AF_INET));
    assert_eq!((first.socket_type, first.from.unwrap().1, first.last_use), (libc::SOCK_STREAM, 1, 1));
    assert_eq!((open(&script), script.at(5).unwrap().from.unwrap().1), (2, 2));
    script.close(4);
    assert_eq!((open(&script), references(&script, 7), script.at(4).is_none()), (2, 1, true));
    script.close(7);
    assert_eq!((open(&script), script.process().closed_accepted, script.process().accepted), (1, 2, 2));
    let listening = &script.at(3).unwrap().listening;
    assert_eq!(listening.accepted, 2);
    assert!(listening.first.as_ref().unwrap().at_us < script.process().last_accept.as_ref().unwrap().at_us);
    assert_eq!(listening.first, script.process().first_accept);
    assert_eq!(script.process().closed.len(), 2);
    script.recv(5, b"x\n");
    assert_eq!(script.at(5).unwrap().last_use, 2);
    script.accept(3, 4).recv(5, b"x\n");
    assert_eq!(script.at(5).unwrap().last_use, 3);
    // The number is another connection's now.
    assert!(!script.process().closed.contains_key(&4));
}

#[test]
fn who_accepts_listens() {
    let mut script = Script::new();
    script.socket(3, "AF_INET6", "SOCK_STREAM").does(call(Sys::Accept4).on(3).symbol("SOCK_CLOEXEC").gives(4));
    assert_eq!((script.at(3).unwrap().role, script.at(4).unwrap().family), (Role::Listener, libc::AF_INET6));
    assert!(script.ledger().has_served && script.process().slots[&4].closes_on_exec);
    let mut unknown = Script::new();
    unknown.does(call(Sys::Accept).on(3).to("127.0.0.1:4000").gives(4));
    let socket = unknown.at(4).unwrap();
    assert_eq!((socket.family, socket.socket_type, socket.from), (0, libc::SOCK_STREAM, None));
    assert!(socket.remote.is_some() && unknown.ledger().has_served);
    assert!(!Script::server().ledger().has_served);
}

#[test]
fn a_copy_takes_the_place_of_what_was_there() {
    let onto = |made: Made, new: i64| {
        let mut script = Script::server();
        script.accept(3, 4).accept(3, 5).does(made.gives(new));
        script
    };
    let kept = |script: &Script| [4, 5, 9].map(|fd| references(script, fd));
    for (made, new, references, open_now) in [
        (call(Sys::Dup).on(4), 9, [2, 1, 2], 2),
        (call(Sys::Dup2).on(4).number(9), 9, [2, 1, 2], 2),
        (call(Sys::Dup3).on(4).number(9), 9, [2, 1, 2], 2),
        (call(Sys::Dup2).on(4).number(5), 5, [2, 2, 0], 1),
        (call(Sys::Dup2).on(4).number(4), 4, [1, 1, 0], 2),
        (call(Sys::Dup2).on(1).number(5), 5, [1, 0, 0], 1),
        (call(Sys::Fcntl).on(4).symbol("F_DUPFD").number(9), 9, [2, 1, 2], 2),
        (call(Sys::Fcntl).on(4).symbol("F_DUPFD_CLOEXEC").number(9), 9, [2, 1, 2], 2),
        (call(Sys::Fcntl).on(4).symbol("F_GETFL"), 9, [1, 1, 0], 2),
    ] {
        let script = onto(made.clone(), new);
        assert_eq!((kept(&script), open(&script)), (references, open_now), "{made:?}");
    }
    let mut fails = Script::server();
    fails.accept(3, 4).accept(3, 5).does(call(Sys::Dup2).on(4).number(5).fails(Errno::EBUSY));
    assert_eq!(kept(&fails), [1, 1, 0]);
}

#[test]
fn what_closes_on_exec_is_gone_after_it() {
    let setfd = |flag: Value| call(Sys::Fcntl).on(4).symbol("F_SETFD").with(flag).gives(0);
    let cloexec = || Value::Symbol("FD_CLOEXEC".to_owned());
    let range = |flags: &str| call(Sys::CloseRange).number(4).number(4).symbol(flags).gives(0);
    for (made, kept) in [
        (call(Sys::Nanosleep), &[3, 4][..]),
        (setfd(cloexec()), &[3]),
        (setfd(Value::Number(1)), &[3]),
        (setfd(Value::Number(0)), &[3, 4]),
        (call(Sys::Fcntl).on(4).symbol("F_SETFL").with(Value::Number(1)), &[3, 4]),
        (range("CLOSE_RANGE_CLOEXEC"), &[3]),
        (call(Sys::Dup3).on(4).number(7).symbol("O_CLOEXEC").gives(7), &[3, 4]),
        (call(Sys::Dup3).on(4).number(7).number(0).gives(7), &[3, 4, 7]),
        (call(Sys::Fcntl).on(4).symbol("F_DUPFD_CLOEXEC").number(7).gives(7), &[3, 4]),
        (call(Sys::Fcntl).on(4).symbol("F_DUPFD").number(7).gives(7), &[3, 4, 7]),
        (call(Sys::Accept4).on(3).symbol("SOCK_CLOEXEC").gives(7), &[3, 4]),
        (call(Sys::Socket).symbol("AF_INET").symbol("SOCK_STREAM|SOCK_CLOEXEC").gives(7), &[3, 4]),
    ] {
        let mut script = Script::server();
        script.accept(3, 4).does(made.clone()).executes(&["/bin/cat"]);
        assert_eq!(script.process().slots.keys().copied().collect::<Vec<_>>(), kept, "{made:?}");
    }
    let mut undone = Script::server();
    undone.accept(3, 4).does(setfd(cloexec())).does(setfd(Value::Number(0))).executes(&["/bin/cat"]);
    assert!(undone.at(4).is_some());
}

#[test]
fn a_range_is_closed() {
    for (first, last, flags, result, kept) in [
        (4, 5, "0", 0, &[3, 6][..]),
        (5, 4_294_967_295, "0", 0, &[3, 4]),
        (5, -1, "0", 0, &[3, 4]),
        (4, 4, "0", 0, &[3, 5, 6]),
        (0, 0, "0", 0, &[3, 4, 5, 6]),
        (3, 6, "CLOSE_RANGE_CLOEXEC", 0, &[3, 4, 5, 6]),
        (3, 6, "0", -1, &[3, 4, 5, 6]),
    ] {
        let mut script = Script::server();
        script.accept(3, 4).accept(3, 5).accept(3, 6);
        let made = call(Sys::CloseRange).number(first).number(last).symbol(flags);
        script.does(if result == 0 { made.gives(0) } else { made.fails(Errno::EINVAL) });
        assert_eq!(script.process().slots.keys().copied().collect::<Vec<_>>(), kept, "{first} {last} {flags}");
        assert_eq!(open(&script), kept.len() as u64 - 1);
    }
}

#[test]
fn a_close_that_fails_closes_all_the_same_unless_it_never_happened() {
    for (made, kept) in [
        (call(Sys::Close).on(4).gives(0), false),
        (call(Sys::Close).on(4).fails(Errno::EINTR), false),
        (call(Sys::Close).on(4).provoked(Errno::EINTR), true),
        (call(Sys::Close).on(4).provoked(Errno::EBADF), true),
    ] {
        let mut script = Script::server();
        script.accept(3, 4).does(made.clone());
        assert_eq!((script.at(4).is_some(), script.process().closed_accepted), (kept, u64::from(!kept)), "{made:?}");
        assert_eq!((script.process().closed.len(), script.process().stray_closes), (usize::from(!kept), 0));
    }
}

#[test]
fn closes_of_what_never_was_are_counted() {
    let mut script = Script::server();
    script.accept(3, 4).close(4);
    for (fd, errno, count) in
        [(4, Errno::EBADF, 0), (20, Errno::EBADF, 1), (0, Errno::EBADF, 2), (-1, Errno::EBADF, 2), (21, Errno::EIO, 2)]
    {
        script.does(call(Sys::Close).on(fd).fails(errno));
        assert_eq!(script.process().stray_closes, count, "{fd} {errno:?}");
    }
}

#[test]
fn unread_bytes_are_those_of_the_last_descriptor_of_the_only_user() {
    let unread = |prepare: fn(&mut Script), at: fn(&mut Script)| {
        let mut script = Script::server();
        script.accept(3, 4).recv(4, b"x\n").send(4, b"y\n");
        prepare(&mut script);
        at(&mut script);
        script.by(MAIN).awaits(3);
        script.has(Id::RequestNotRead)
    };
    let nothing: fn(&mut Script) = |_| {};
    let copied: fn(&mut Script) = |script| {
        script.does(call(Sys::Dup).on(4).gives(5));
    };
    let closes: fn(&mut Script) = |script| {
        script.does(call(Sys::Close).on(4).unread(5).gives(0)).does(call(Sys::Close).on(5).unread(0).gives(0));
    };
    let ends: fn(&mut Script) = |script| {
        script.is_about_to_end(vec![
            Open { fd: 42, subject: Subject::File, unread: None, peer_left: false },
            Open { fd: 4, subject: internet(9), unread: Some(5), peer_left: false },
        ]);
        script.exits(0);
    };
    assert!(unread(nothing, closes) && !unread(copied, closes));
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"x\n").send(4, b"y\n");
    ends(&mut script);
    script.finds(&[Id::RequestNotRead]);
    let mut shared = Script::server();
    shared.accept(3, 4).recv(4, b"x\n").send(4, b"y\n").forks(200);
    ends(&mut shared);
    shared.by(200).close(4);
    assert!(!shared.has(Id::RequestNotRead));
}

#[test]
fn the_kernel_knows_better_what_a_descriptor_is() {
    let on = |fd: i32, subject: Subject| receive(fd, b"x", 9).subject(subject).gives(1);
    let mut script = Script::new();
    script.does(on(3, internet(77)));
    let adopted = script.at(3).unwrap();
    assert_eq!((adopted.family, adopted.socket_type, adopted.known), (libc::AF_INET, libc::SOCK_STREAM, false));
    assert_eq!((adopted.inode, adopted.references, adopted.role), (Some(77), 1, Role::Fresh));
    let id = adopted.id;
    // The same one by another number, then in another process.
    script.does(on(4, internet(77)));
    assert_eq!((script.at(4).unwrap().id, references(&script, 4)), (id, 2));
    script.by(200).does(on(9, internet(77)));
    assert_eq!((script.at(9).unwrap().id, references(&script, 9)), (id, 3));
    script.by(MAIN).does(on(3, internet(78)));
    assert!(script.at(3).unwrap().id != id && references(&script, 4) == 2);
    script.does(on(4, internet(0)));
    assert_eq!(script.at(4).unwrap().id, id);
    script.does(on(4, Subject::File));
    assert!(script.at(4).is_none());
    // Without a number they are strangers.
    script.does(on(5, internet(0))).does(on(6, internet(0)));
    assert!(script.at(5).unwrap().id != script.at(6).unwrap().id);
    script.by(200).close(9).by(MAIN).does(on(7, internet(77)));
    assert!(script.at(7).unwrap().id != id);
}

#[test]
fn what_was_not_known_of_a_socket_is_learnt() {
    let mut script = Script::new();
    script.does(call(Sys::Accept).on(3).gives(4)).does(sending(4, b"x").subject(internet(5)).gives(1));
    let accepted = script.at(4).unwrap();
    assert_eq!(
        (accepted.family, accepted.socket_type, accepted.role),
        (libc::AF_INET, libc::SOCK_STREAM, Role::Accepted)
    );
    assert_eq!(accepted.inode, Some(5));
    let other = Subject::Socket { family: libc::AF_INET6, socket_type: libc::SOCK_DGRAM, inode: 6 };
    script.tcp(7).does(call(Sys::Getsockname).on(7).subject(other).gives(0));
    assert_eq!((script.at(7).unwrap().family, script.at(7).unwrap().socket_type), (libc::AF_INET, libc::SOCK_STREAM));
    script.socket(8, "AF_INET", "SOCK_SEQPACKET").does(call(Sys::Getsockname).on(8).subject(other).gives(0));
    assert_eq!((script.at(8).unwrap().family, script.at(8).unwrap().socket_type), (libc::AF_INET, libc::SOCK_DGRAM));
}

/// A kernel that does not say which socket it is takes nothing back, and may say it later.
#[test]
fn a_socket_without_a_number_stays_what_it_was() {
    let mut script = Script::client();
    let id = script.at(3).unwrap().id;
    for (inode, known) in [(0, None), (5, Some(5)), (0, Some(5)), (5, Some(5))] {
        script.does(call(Sys::Getsockname).on(3).subject(internet(inode)).gives(0));
        assert_eq!((script.at(3).unwrap().id, script.at(3).unwrap().inode), (id, known));
    }
}

#[test]
fn a_descriptor_is_known_as_a_call_begins_and_where_only_its_end_is_seen() {
    let made = || receive(3, b"x", 9).subject(internet(77)).gives(1);
    let mut begins = Script::new();
    begins.begins(made());
    assert_eq!(begins.process().pending[&MAIN].socket, begins.at(3).map(|socket| socket.id));
    assert!(begins.at(3).is_some());
    let mut ends = Script::new();
    ends.ends(made());
    assert_eq!(ends.at(3).unwrap().traffic.received, 1);
}
