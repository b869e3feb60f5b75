//! Decoded calls are those that strace(1) decodes, on the same programs, call by call.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that panics says why it failed"
)]

mod strace;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{binary, events, has, network, not_run, repository};

/// Everything that both follow, by the kernel's names on either architecture.
const FOLLOWED: &str = "trace=/^(socket|socketpair|bind|listen|accept4?|connect|getsockname|getpeername|shutdown|\
                        setsockopt|getsockopt|send|recv|sendto|recvfrom|sendmsg|recvmsg|sendmmsg|recvmmsg(_time64)?|\
                        read|write|readv|writev|sendfile(64)?|splice|close|close_range|dup|dup2|dup3|fcntl(64)?|ioctl|\
                        poll|ppoll(_time64)?|_?(new)?select|pselect6(_time64)?|epoll_create1?|epoll_ctl|epoll_wait|\
                        epoll_pwait2?|pipe2?|fork|vfork|clone3?|wait4|waitid|waitpid|kill|rt_sigaction|pause|alarm|\
                        setitimer|nanosleep|clock_nanosleep(_time64)?)$";

/// The program of that name, for pointers of so many bits; `None` where this machine cannot make it.
fn compiled(folder: &Path, name: &str, bits: u8) -> Option<PathBuf> {
    let source = repository().join("tests/strace").join(name).with_extension("c");
    let program = folder.join(format!("{name}{bits}"));
    let mut gcc = Command::new("gcc");
    gcc.args([&format!("-m{bits}"), "-O1", "-w", "-o"]).arg(&program).arg(&source);
    let output = gcc.output().unwrap();
    if bits == 32 && !output.status.success() {
        not_run("gcc -m32 ne marche pas ici");
        return None;
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(program)
}

fn stranger(program: &Path, log: &Path) -> Vec<strace::Called> {
    let mut command = Command::new("strace");
    command.args(["-f", "-xx", "-s", "8192", "-e", FOLLOWED, "-o"]).arg(log).arg(program);
    let ended = binary::run(&mut command);
    assert!(ended.status.success(), "{}", ended.whole());
    strace::lines::calls(&fs::read_to_string(log).unwrap())
}

fn own(program: &Path, log: &Path) -> Vec<strace::Called> {
    let arguments = ["trace", "--format", "json", "--only", "all", "--output"].map(str::to_owned);
    let mut command = binary::socketlab(&arguments);
    command.arg(log).arg("--").arg(program);
    let ended = binary::run(&mut command);
    let text = fs::read_to_string(log).unwrap_or_else(|error| panic!("{error}: {}", ended.whole()));
    strace::events::calls(&events::parse(&text))
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
        let theirs = strace::by_birth(&stranger(&program, &theirs));
        let ours = strace::by_birth(&own(&program, &ours));
        assert!(theirs[0].len() > 30, "{theirs:?}");
        assert_same(&theirs, &ours);
    });
}

fn assert_same(theirs: &[Vec<String>], ours: &[Vec<String>]) {
    assert_eq!(theirs.len(), ours.len(), "processes");
    let mut differences = Vec::new();
    for (rank, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
        assert_eq!(theirs.len(), ours.len(), "calls of process {rank}:\n{theirs:#?}\n{ours:#?}");
        let pairs = theirs.iter().zip(ours).filter(|(theirs, ours)| theirs != ours);
        differences.extend(pairs.map(|(theirs, ours)| format!("strace    {theirs}\nsocketlab {ours}\n")));
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
