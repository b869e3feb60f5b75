use crate::diagnose::tests::script::{Made, Script, call, receive, sending};
use crate::finding::{Detail, Id, Severity};
use crate::observed::{Open, Subject, What};
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::signal::Signal;
use crate::syscall::sys::{Direction, Sys};

/// A server that holds its clients 4 and 5.
fn served() -> Script {
    let mut script = Script::server();
    script.accept(3, 4).accept(3, 5);
    script
}

fn set(fds: &[i32]) -> Value {
    Value::List(fds.iter().map(|fd| Value::Number((*fd).into())).collect())
}

/// select of these descriptors, for reading, without a timeout.
fn select(fds: &[i32]) -> Made {
    let nfds = fds.iter().max().map_or(0, |fd| i64::from(*fd) + 1);
    call(Sys::Select).number(nfds).with(set(fds)).with(Value::Null).with(Value::Null).with(Value::Null)
}

/// The same call as it returns: its set holds what is ready.
fn selects(script: &mut Script, watched: &[i32], ready: &[i32]) {
    script.begins(select(watched));
    script.ends(select(ready).gives(i64::try_from(ready.len()).unwrap()).lasting(300_000));
}

fn polled(entries: &[(i32, &str, Option<&str>)]) -> Value {
    let events = |text: &str| if text.is_empty() { Value::Number(0) } else { Value::Symbol(text.to_owned()) };
    let entry = |(fd, asked, found): &(i32, &str, Option<&str>)| {
        let mut fields = vec![("fd".to_owned(), Value::Number((*fd).into())), ("events".to_owned(), events(asked))];
        fields.extend(found.map(|found| ("revents".to_owned(), events(found))));
        Value::Record(fields)
    };
    Value::List(entries.iter().map(entry).collect())
}

#[test]
fn select_does_not_look_above_its_first_argument() {
    let finds = |left_out: &[i32]| {
        let mut script = served();
        script.does(select(&[3]).sets(left_out, false).gives(1));
        script.has(Id::WaitsOnNothing).then(|| script.details(Id::WaitsOnNothing))
    };
    assert_eq!(finds(&[4, 5]), Some(vec![Detail::Length { given: 4, wanted: 5 }]));
    assert_eq!(finds(&[9, 5]), Some(vec![Detail::Length { given: 4, wanted: 6 }]), "9 is no socket of the program");
    assert_eq!((finds(&[9]), finds(&[])), (None, None));
    let mut often = served();
    for _ in 0..3 {
        often.does(select(&[3]).sets(&[4], false).gives(1));
    }
    assert_eq!((often.finding(Id::WaitsOnNothing).count, often.finding(Id::WaitsOnNothing).fd), (1, Some(4)));
}

#[test]
fn a_wait_for_ever_watches_something() {
    let finds = |made: Made| {
        let mut script = served();
        script.is_interrupted(made.clone()).does(made.lasting(300_000).fails(Errno::EINTR));
        script.has(Id::WaitsOnNothing)
    };
    let poll = |list: Value, timeout: i64| call(Sys::Poll).with(list).number(0).number(timeout);
    let none = || Value::List(vec![]);
    assert!(finds(poll(none(), -1)) && finds(select(&[])));
    assert!(!finds(poll(none(), 0)), "it only asks");
    assert!(!finds(poll(none(), 500)) && !finds(poll(Value::Null, -1)) && !finds(select(&[4])));
    assert!(!finds(poll(polled(&[(4, "POLLIN", None)]), -1)));
    let pause = call(Sys::Select).number(0).with(Value::Null).with(Value::Null).with(Value::Null).with(Value::Null);
    assert!(!finds(pause));
    let mut short = served();
    short.does(select(&[]).fails(Errno::EINTR));
    assert!(!short.has(Id::WaitsOnNothing), "it has not slept");
}

#[test]
fn one_set_for_two_questions() {
    let mut script = served();
    script.does(select(&[3]).sets(&[], true).gives(1)).does(select(&[3]).sets(&[], true).gives(1));
    assert_eq!(
        (script.severity(Id::SetGivenTwice), script.finding(Id::SetGivenTwice).count),
        (Some(Severity::Defect), 1)
    );
    let mut fine = served();
    fine.does(select(&[3]).sets(&[], false).gives(1));
    assert!(!fine.has(Id::SetGivenTwice));
}

#[test]
fn a_receive_sleeps_where_nothing_was_announced() {
    let slow = |fd: i32| receive(fd, b"x\n", 99).gives(2).lasting(300_000);
    let finds = |work: &dyn Fn(&mut Script)| {
        let mut script = served();
        selects(&mut script, &[3, 4, 5], &[5]);
        work(&mut script);
        script.does(slow(4));
        script.has(Id::RecvOnUnready)
    };
    assert!(finds(&|_| {}));
    assert!(finds(&|script| {
        script.recv(5, b"y\n").send(5, b"y\n");
    }));
    assert!(
        !finds(&|script| {
            script.send(4, b"?\n");
        }),
        "an answer is due"
    );
    assert!(
        !finds(&|script| {
            script.recv(4, b"y\n");
        }),
        "it goes on with a message"
    );
    assert!(!finds(&|script| selects(script, &[3, 4, 5], &[4])), "announced");
    assert!(!finds(&|script| selects(script, &[3, 5], &[5])), "not watched");
    let mut quick = served();
    selects(&mut quick, &[4, 5], &[5]);
    quick.recv(4, b"x\n");
    assert!(!quick.has(Id::RecvOnUnready), "it has not slept");

    let events = [(3, "POLLIN", Some("")), (4, "POLLIN", Some("")), (5, "POLLIN", Some("POLLIN"))];
    let mut poll = served();
    let entry = polled(&events.map(|(fd, asked, _)| (fd, asked, None)));
    poll.begins(call(Sys::Poll).with(entry).number(3).number(-1));
    poll.ends(call(Sys::Poll).with(polled(&events)).number(3).number(-1).gives(1));
    poll.does(call(Sys::Accept).on(3).length_in(16).gives(6).lasting(300_000));
    assert_eq!(poll.finding(Id::RecvOnUnready).fd, Some(3), "so does accept");
    assert_eq!(poll.proofs(Id::RecvOnUnready), ["poll", "poll", "accept"]);
    let mut other_thread = served();
    selects(&mut other_thread, &[3, 4, 5], &[5]);
    other_thread.starts_thread(101).thread(100, 101).does(slow(4));
    assert!(!other_thread.has(Id::RecvOnUnready));
}

#[test]
fn what_lies_unread_after_an_edge() {
    let left = |work: &dyn Fn(&mut Script), edge: bool| {
        let mut script = served();
        work(&mut script);
        script.what(What::Unread { fd: 4, bytes: 12, edge });
        script.has(Id::EdgeTriggeredLeft).then(|| script.details(Id::EdgeTriggeredLeft))
    };
    let reads = |script: &mut Script| {
        script.recv(4, b"x\n");
    };
    assert_eq!(left(&reads, true), Some(vec![Detail::Unread { bytes: 12 }]));
    assert_eq!(left(&reads, false), None);
    assert_eq!(left(&|_| {}, true), None, "it may not want to read yet");
    let full = |errno: Option<Errno>, again: bool| {
        left(
            &|script| {
                script.recv(4, b"x\n").does(sending(5, b"xy").gives(1));
                if let Some(errno) = errno {
                    script.does(sending(5, b"y").fails(errno));
                }
                if again {
                    script.send(5, b"y");
                }
            },
            true,
        )
    };
    assert_eq!((full(None, false), full(Some(Errno::EAGAIN), false)), (None, None), "a relay waits for room");
    assert!(full(None, true).is_some() && full(Some(Errno::EPIPE), false).is_some());
}

/// What the sets of select have lost.
fn lost(work: &dyn Fn(&mut Script)) -> Vec<i32> {
    let mut script = served();
    work(&mut script);
    script.process().lost.keys().copied().collect()
}

#[test]
fn a_set_is_given_again_as_select_left_it() {
    let twice = |first: (&[i32], &[i32]), second: &[i32]| {
        lost(&|script| {
            selects(script, first.0, first.1);
            script.begins(select(second));
        })
    };
    assert_eq!(twice((&[3, 4, 5], &[5]), &[5]), [3, 4]);
    assert_eq!(twice((&[3, 4], &[3]), &[3, 5]), [4], "what is new is added");
    assert_eq!(twice((&[0, 4], &[4]), &[4]), [0], "the keyboard too");
    assert_eq!(twice((&[3, 4, 5], &[]), &[]), [3, 4, 5], "its time was over");
    assert!(twice((&[3, 4, 5], &[5]), &[3, 4, 5]).is_empty());
    assert!(twice((&[3, 4, 5], &[5]), &[4, 5]).is_empty(), "one of those that were not ready is watched still");
    assert!(twice((&[3, 4], &[]), &[5]).is_empty(), "another set");
    let elsewhere = |second: u64| {
        lost(&|script| {
            script.begins(select(&[3, 4]).set_at(16)).ends(select(&[4]).set_at(16).gives(1));
            script.begins(select(&[4]).set_at(second));
        })
    };
    assert_eq!((elsewhere(16), elsewhere(32)), (vec![3], vec![]), "another set, elsewhere");
    assert!(
        lost(&|script| {
            selects(script, &[3, 4, 5], &[3]);
            script.accept(3, 6).begins(select(&[6]));
        })
        .is_empty(),
        "what was left is not watched: it was made again"
    );
    assert!(twice((&[3, 9], &[3]), &[3]).is_empty(), "9 is closed");
}

#[test]
fn what_a_set_has_lost_may_come_again_or_go() {
    assert!(
        lost(&|script| {
            selects(script, &[3, 4, 5], &[5]);
            script.begins(select(&[5])).ends(select(&[5]).gives(1)).begins(select(&[3, 4]));
        })
        .is_empty(),
        "watched again"
    );
    assert_eq!(
        lost(&|script| {
            selects(script, &[3, 4, 5], &[5]);
            script.begins(select(&[5])).ends(select(&[5]).gives(1)).close(4);
        }),
        [3]
    );
    assert_eq!(
        lost(&|script| {
            selects(script, &[3, 4, 5], &[4, 5]);
            script.recv_end(5).close(5).begins(select(&[4]));
        }),
        [3],
        "what was closed is taken out"
    );
    assert_eq!(
        lost(&|script| {
            selects(script, &[3, 4, 5], &[5]);
            script.recv_end(5).close(5).begins(select(&[]));
        }),
        [3, 4],
        "and nothing is left"
    );
    assert_eq!(
        lost(&|script| {
            selects(script, &[0, 4], &[0]);
            script.close(0).begins(select(&[]));
        }),
        [4],
        "the keyboard was closed"
    );
}

#[test]
fn the_first_threads_that_move_bytes_are_known() {
    let mut script = served();
    script
        .recv(4, b"x\n")
        .starts_thread(101)
        .thread(100, 101)
        .recv(4, b"x\n")
        .recv(5, b"x\n")
        .does(call(Sys::Read).on(0).carries(Direction::Received, b"x", 9).gives(1));
    let known = script.by(100).process().workers.get(&101).map(|worker| worker.transfers);
    assert_eq!((script.process().workers.len(), known), (1, Some(3)), "the first thread accepts");
    for tid in 200..600 {
        script.by(100).starts_thread(tid).thread(100, tid).recv(4, b"x\n");
    }
    assert_eq!(script.by(100).process().workers.len(), 256);
}

#[test]
fn poll_takes_nothing_out_of_its_list() {
    let mut script = served();
    let list = |fds: &[i32]| polled(&fds.iter().map(|fd| (*fd, "POLLIN", Some(""))).collect::<Vec<_>>());
    script.does(call(Sys::Poll).with(list(&[3, 4])).number(2).number(9).gives(0));
    script.does(call(Sys::Poll).with(list(&[])).number(0).number(9).gives(0));
    assert!(script.process().lost.is_empty());
}

#[test]
fn what_lies_unread_at_the_end_makes_a_lost_set_a_defect() {
    let ends = |unread: u32| {
        let mut script = served();
        selects(&mut script, &[3, 4, 5], &[5]);
        let subject = Subject::Socket { family: 2, socket_type: 1, inode: 9 };
        let open = |fd: i32, unread: u32| Open { fd, subject, unread: Some(unread), peer_left: false };
        script.begins(select(&[5])).is_about_to_end(vec![open(4, unread), open(5, 7)]);
        script.is_killed(Signal::SIGINT);
        (
            script.severity(Id::SetNotRebuilt).unwrap(),
            script.details(Id::SetNotRebuilt),
            script.finding(Id::SetNotRebuilt).fd,
        )
    };
    assert_eq!(ends(3), (Severity::Defect, vec![Detail::Unread { bytes: 3 }], Some(4)));
    assert_eq!((ends(0).0, ends(0).1), (Severity::Weakness, vec![]));
}

#[test]
fn a_set_that_shrinks_is_a_defect_where_something_waits() {
    let script = |unread: Option<u64>| {
        let mut script = served();
        selects(&mut script, &[3, 4, 5], &[5]);
        script.begins(select(&[5]));
        if let Some(bytes) = unread {
            script.what(What::Unread { fd: 4, bytes, edge: false });
        }
        script
    };
    assert_eq!(script(Some(3)).severity(Id::SetNotRebuilt), Some(Severity::Defect));
    assert_eq!(script(Some(3)).details(Id::SetNotRebuilt), [Detail::Unread { bytes: 3 }]);
    assert_eq!(script(None).severity(Id::SetNotRebuilt), Some(Severity::Weakness));
    let mut watched = served();
    watched.begins(select(&[3, 4])).what(What::Unread { fd: 5, bytes: 3, edge: false });
    assert!(!watched.has(Id::SetNotRebuilt), "never watched: it may wait for its turn");
    let mut empty = served();
    selects(&mut empty, &[3, 4], &[4]);
    selects(&mut empty, &[4], &[]);
    empty.is_interrupted(select(&[])).does(select(&[]).fails(Errno::EINTR).lasting(300_000));
    empty.finds(&[Id::SetNotRebuilt]);
}

#[test]
fn two_threads_work_on_one_connection_and_nobody_on_another() {
    let threads = |first: i32, second: i32, early: bool| {
        let mut script = served();
        script.starts_thread(101).starts_thread(102);
        if early {
            script.recv(4, b"x\n");
        }
        script.thread(100, 101).recv(first, b"x\n").thread(100, 102).recv(second, b"y\n");
        script.has(Id::ThreadSharesFd)
    };
    assert!(threads(5, 5, false));
    assert!(!threads(4, 5, false), "each has its own");
    assert!(!threads(4, 4, false), "the client that came later may wait");
    assert!(!threads(5, 5, true), "the first one was served");
    let mut taken = served();
    taken.starts_thread(101).starts_thread(102);
    taken.thread(100, 101).recv(4, b"x\n").thread(100, 102).recv(5, b"y\n");
    taken.thread(100, 101).send(5, b"z\n");
    assert!(!taken.has(Id::ThreadSharesFd), "a word to another client");
    taken.recv(5, b"z\n");
    assert!(taken.has(Id::ThreadSharesFd));
    let mut left = served();
    left.starts_thread(101).starts_thread(102);
    left.thread(100, 101).recv_end(4).thread(100, 102).recv(5, b"y\n").thread(100, 101).recv(5, b"z\n");
    assert!(!left.has(Id::ThreadSharesFd), "its client has left");
    let mut alone = served();
    alone.starts_thread(101).thread(100, 101).recv(4, b"x\n").recv(5, b"z\n");
    assert!(!alone.has(Id::ThreadSharesFd), "one thread for all");
    let mut pool = served();
    pool.starts_thread(101).starts_thread(102);
    pool.thread(100, 102).recv(5, b"y\n").thread(100, 101).recv(4, b"x\n").close(4).recv(5, b"z\n");
    assert!(!pool.has(Id::ThreadSharesFd), "its own is over");
}

#[test]
fn a_child_that_accepts_has_served_its_parents_client() {
    let child = |work: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        script.accept(3, 4).forks(200).by(200);
        work(&mut script);
        script.does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EBADF));
        script.has(Id::ChildReturnsToAccept)
    };
    assert!(child(&|script| {
        script.close(3).recv(4, b"x\n").close(4);
    }));
    assert!(child(&|script| {
        script.send(4, b"x\n");
    }));
    assert!(!child(&|_| {}), "a worker");
    assert!(
        !child(&|script| {
            script.accept(3, 5).recv(5, b"x\n").close(5);
        }),
        "a worker, again"
    );
    assert!(
        !child(&|script| {
            script.recv(4, b"x\n").executes(&["./other"]);
        }),
        "another program"
    );
    let mut own = Script::server();
    own.accept(3, 4).forks(200).by(200).recv(4, b"x\n");
    own.tcp(7).bind(7, "0.0.0.0:3002").listen(7).accept(7, 8);
    assert!(!own.has(Id::ChildReturnsToAccept), "a door of its own");
    let mut parent = Script::server();
    parent.accept(3, 4).recv(4, b"x\n").forks(200).accept(3, 5);
    assert!(!parent.has(Id::ChildReturnsToAccept));
}

#[test]
fn a_program_that_is_another_keeps_what_its_parent_closed() {
    let child = |cloexec: bool, work: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        let accept = call(Sys::Accept4).on(3).length_in(16);
        script.does(if cloexec { accept.symbol("SOCK_CLOEXEC").gives(4) } else { accept.gives(4) });
        script.forks(200).by(200).executes(&["./other"]).by(100).send(4, b"x\n");
        work(&mut script);
        script.by(200).later(600_000).exits(0);
        script.has(Id::ForkKeepsClient)
    };
    let closes = |script: &mut Script| {
        script.close(4);
    };
    assert!(child(false, &closes));
    let over = |script: &mut Script| {
        closes(script);
        script.exits(0);
    };
    assert!(child(false, &over), "its parent may end before");
    assert!(!child(true, &closes) && !child(false, &|_| {}));
    assert!(
        !child(false, &|script| {
            closes(script);
            script.by(200).send(4, b"y\n");
        }),
        "it works on it"
    );
    assert!(
        !child(false, &|script| {
            closes(script);
            script.by(200).does(call(Sys::Dup2).on(4).number(1).gives(1));
        }),
        "its standard output"
    );
}

#[test]
fn a_connection_that_goes_on_by_itself_is_no_failure() {
    let connects = || call(Sys::Connect).on(3).to("127.0.0.1:3001").fails(Errno::EINPROGRESS);
    let ends = |work: &dyn Fn(&mut Script), code: i32| {
        let mut script = Script::new();
        script.tcp(3).does(connects());
        work(&mut script);
        script.exits(code);
        script.has(Id::EinprogressFatal)
    };
    let complains = |script: &mut Script| {
        script.says(2, b"connect: Operation now in progress\n");
    };
    assert!(ends(&complains, 1) && ends(&complains, 0));
    assert!(ends(
        &|script| {
            script.says(2, b"oh\n");
        },
        1
    ));
    assert!(!ends(
        &|script| {
            script.says(1, b"oh\n");
        },
        0
    ));
    assert!(!ends(&|_| {}, 1), "without a word");
    let waits = |script: &mut Script| {
        script.does(call(Sys::Poll).with(polled(&[(3, "POLLOUT", Some(""))])).number(1).number(500).gives(0));
        complains(script);
    };
    assert!(!ends(&waits, 1), "it has waited");
    let asked = |script: &mut Script| {
        script.gets_signal(Signal::SIGINT);
        complains(script);
    };
    assert!(!ends(&asked, 1));
    let mut refused = Script::new();
    refused.tcp(3).does(connects()).does(sending(3, b"x").fails(Errno::ECONNREFUSED));
    assert!(refused.has(Id::UncheckedSetup), "SO_ERROR was not asked");
    let mut reads = Script::new();
    reads.tcp(3).does(connects()).does(receive(3, b"", 9).fails(Errno::ECONNREFUSED)).exits(1);
    assert!(!reads.has(Id::UncheckedSetup), "a way to ask");
}

#[test]
fn a_word_to_everybody_needs_an_option() {
    let sends = |address: &str, option: Option<&str>, errno: Errno| {
        let mut script = Script::new();
        script.udp(3);
        if let Some(option) = option {
            script.option(3, option);
        }
        let bytes = call(Sys::Sendto).on(3).carries(Direction::Sent, b"x", 1).number(0);
        script.does(bytes.to(address).fails(errno));
        script.has(Id::BroadcastForbidden)
    };
    assert!(sends("192.168.1.255:3001", None, Errno::EACCES) && sends("255.255.255.255:3001", None, Errno::EACCES));
    assert!(!sends("192.168.1.255:3001", Some("SO_BROADCAST"), Errno::EACCES));
    assert!(sends("192.168.1.255:3001", Some("SO_REUSEADDR"), Errno::EACCES));
    assert!(!sends("192.168.1.7:3001", None, Errno::EACCES) && !sends("192.168.1.255:3001", None, Errno::EPERM));
}

#[test]
fn all_that_is_said_comes_at_the_end() {
    let program = |slept: u64, texts: &[&[u8]], code: i32| {
        let mut script = Script::server();
        script.does(call(Sys::Accept).on(3).length_in(16).gives(4).lasting(slept)).close(4);
        for text in texts {
            let write = call(Sys::Write).on(1).subject(Subject::File);
            let count = i64::try_from(text.len()).unwrap();
            script.does(write.carries(Direction::Sent, text, text.len() as u64).gives(count));
        }
        script.exits(code);
        script.severity(Id::StdoutUnflushed)
    };
    assert_eq!(program(50_000, &[b"attente client "], 0), Some(Severity::Advice));
    assert_eq!(program(50_000, &[b"attente\nclient "], 0), None);
    assert_eq!(program(50_000, &[b"attente ", b"client "], 0), None);
    assert_eq!((program(500, &[b"attente client "], 0), program(50_000, &[], 0)), (None, None));
    let mut before = Script::server();
    before.says(1, b"attente ").does(call(Sys::Accept).on(3).length_in(16).gives(4).lasting(50_000)).exits(0);
    assert!(!before.has(Id::StdoutUnflushed));
}
