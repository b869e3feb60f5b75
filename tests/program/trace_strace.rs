//! Decoded calls are those that strace(1) decodes, on the same programs, call by call.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{binary, builds_32_bits, events, has, network, repository};

/// Everything that both follow, by the kernel's names on either architecture.
const FOLLOWED: &str = "trace=/^(socket|socketpair|bind|listen|accept4?|connect|getsockname|getpeername|shutdown|\
                        setsockopt|getsockopt|send|recv|sendto|recvfrom|sendmsg|recvmsg|sendmmsg|recvmmsg(_time64)?|\
                        read|write|readv|writev|sendfile(64)?|splice|close|close_range|dup|dup2|dup3|fcntl(64)?|ioctl|\
                        poll|ppoll(_time64)?|_?(new)?select|pselect6(_time64)?|epoll_create1?|epoll_ctl|epoll_wait|\
                        epoll_pwait2?|pipe2?|fork|vfork|clone3?|wait4|waitid|waitpid|kill|rt_sigaction|pause|alarm|\
                        setitimer|nanosleep|clock_nanosleep(_time64)?)$";

/// The program of that name, for pointers of so many bits; `None` where this machine cannot make it.
fn compiled(folder: &Path, name: &str, bits: u8) -> Option<PathBuf> {
    let source = repository().join("tests/program/strace").join(name).with_extension("c");
    let program = folder.join(format!("{name}{bits}"));
    if bits == 32 && !builds_32_bits() {
        return None;
    }
    let mut gcc = Command::new("gcc");
    gcc.args([&format!("-m{bits}"), "-O1", "-w", "-o"]).arg(&program).arg(&source);
    let output = gcc.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(program)
}

fn stranger(program: &Path, log: &Path) -> Vec<crate::strace::Called> {
    let mut command = Command::new("strace");
    command.args(["-f", "-xx", "-s", "8192", "-e", FOLLOWED, "-o"]).arg(log).arg(program);
    let ended = binary::run(&mut command);
    assert!(ended.status.success(), "{}", ended.whole());
    let mut calls = crate::strace::lines::calls(&fs::read_to_string(log).unwrap());
    calls.retain(is_followed);
    calls
}

/// Whether socketlab follows the call: some commands and signals have nothing to say about sockets.
fn is_followed(call: &crate::strace::Called) -> bool {
    const COMMANDS: [&str; 5] = ["F_DUPFD", "F_SETFD", "F_GETFL", "F_SETFL", "F_DUPFD_CLOEXEC"];
    const SIGNALS: [&str; 4] = ["SIGUSR1", "SIGPIPE", "SIGALRM", "SIGCHLD"];
    let word = |index: usize| call.arguments.get(index).and_then(crate::strace::tree::Tree::word).unwrap_or_default();
    match call.name.as_str() {
        "fcntl" => COMMANDS.contains(&word(1)),
        "sigaction" => SIGNALS.contains(&word(0)) && word(1) != "NULL",
        _ => true,
    }
}

fn own(program: &Path, log: &Path) -> Vec<crate::strace::Called> {
    let arguments = ["trace", "--format", "json", "--only", "all", "--output"].map(str::to_owned);
    let mut command = binary::socketlab(&arguments);
    command.arg(log).arg("--").arg(program);
    let ended = binary::run(&mut command);
    let text = fs::read_to_string(log).unwrap_or_else(|error| panic!("{error}: {}", ended.whole()));
    crate::strace::events::calls(&events::parse(&text))
}

/// What each of the two says of one program, in a private network each, so that ports are free.
fn compare(test: &str, name: &str, bits: u8) {
    if !(has("strace") && has("gcc")) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let Some(program) = compiled(folder.path(), name, bits) else { return };
    let (theirs, ours) = (folder.path().join("strace"), folder.path().join("socketlab"));
    network::private(test, || {
        let theirs = crate::strace::by_birth(&stranger(&program, &theirs));
        let ours = crate::strace::by_birth(&own(&program, &ours));
        assert!(theirs[0].len() > 20, "{theirs:?}");
        assert_same(&theirs, &ours);
    });
}

fn assert_same(theirs: &[Vec<String>], ours: &[Vec<String>]) {
    assert_eq!(theirs.len(), ours.len(), "processes");
    let mut differences = Vec::new();
    for (theirs, ours) in theirs.iter().zip(ours) {
        let (mut one, mut other) = (theirs.iter().peekable(), ours.iter().peekable());
        while let Some((a, b)) = one.peek().zip(other.peek()) {
            // A call that only one of them has: the other goes on from there.
            match (a == b, ours.contains(*a), theirs.contains(*b)) {
                (true, ..) => _ = (one.next(), other.next()),
                (_, false, true) => differences.extend(one.next().map(|call| format!("strace    {call}"))),
                (_, true, false) => differences.extend(other.next().map(|call| format!("socketlab {call}"))),
                _ => {
                    let pair = one.next().zip(other.next());
                    differences.extend(pair.map(|(a, b)| format!("strace    {a}\nsocketlab {b}\n")));
                }
            }
        }
        differences.extend(one.map(|call| format!("strace    {call}")));
        differences.extend(other.map(|call| format!("socketlab {call}")));
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

macro_rules! compared {
    ($($test:ident: $program:literal, $bits:literal;)*) => {
        $(
            #[test]
            fn $test() {
                compare(stringify!($test), $program, $bits);
            }
        )*
    };
}

compared! {
    a_connection_is_decoded_as_strace_does: "tcp", 64;
    a_connection_of_32_bits_is_decoded_as_strace_does: "tcp", 32;
    messages_are_decoded_as_strace_does: "message", 64;
    messages_of_32_bits_are_decoded_as_strace_does: "message", 32;
    descriptors_are_decoded_as_strace_does: "ready", 64;
    descriptors_of_32_bits_are_decoded_as_strace_does: "ready", 32;
    processes_are_decoded_as_strace_does: "process", 64;
    processes_of_32_bits_are_decoded_as_strace_does: "process", 32;
}
