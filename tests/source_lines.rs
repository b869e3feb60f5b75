//! The line of the source behind a blocked call: programs of every build, caught asleep in the kernel.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that panics says why it failed")]

mod support;

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Instant;

use socketlab::observed::SourceLine;
use socketlab::trace::raw::{Abi, Memory};
use socketlab::trace::source::{Frame, Sources};
use support::{LIMIT, has};
use tempfile::TempDir;

/// The memory of a sleeping process, and how often it was looked at.
struct Asleep {
    file: File,
    reads: Cell<u32>,
}

impl Memory for Asleep {
    fn read(&self, address: u64, into: &mut [u8]) -> usize {
        self.reads.set(self.reads.get() + 1);
        self.file.read_at(into, address).unwrap_or(0)
    }
}

/// A program blocked on its standard input, killed when it is dropped.
struct Blocked {
    child: Child,
    _input: ChildStdin,
}

impl Drop for Blocked {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Blocked {
    fn run(program: &Path) -> Blocked {
        let mut child = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        Blocked { child, _input: input }
    }

    fn pid(&self) -> i32 {
        self.child.id().cast_signed()
    }

    /// A number that the program writes on its first line.
    fn said(&mut self) -> i32 {
        let mut line = String::new();
        BufReader::new(self.child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        line.trim().parse().unwrap()
    }
}

/// The registers of a task once it sleeps in one of these calls.
fn frame(task: &str, abi: Abi, calls: &[&str]) -> Frame {
    let begun = Instant::now();
    loop {
        let line = fs::read_to_string(format!("/proc/{task}/syscall")).unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        if calls.contains(&words[0]) {
            let hexadecimal = |word: &str| u64::from_str_radix(word.trim_start_matches("0x"), 16).unwrap();
            let (stack, instruction) = (hexadecimal(words[7]), hexadecimal(words[8]));
            return Frame { abi, instruction, stack, base: 0, link: 0 };
        }
        assert!(begun.elapsed() < LIMIT, "{task} is not in {calls:?} but in {line}");
        std::thread::yield_now();
    }
}

fn memory(pid: i32) -> Asleep {
    Asleep { file: File::open(format!("/proc/{pid}/mem")).unwrap(), reads: Cell::new(0) }
}

fn compile(folder: &TempDir, source: &str, flags: &[&str]) -> PathBuf {
    let name = if flags.contains(&"-xc++") { "program.cc" } else { "program.c" };
    let (source_file, program) = (folder.path().join(name), folder.path().join("program"));
    fs::write(&source_file, source).unwrap();
    let compiler = if flags.contains(&"-xc++") { "g++" } else { "gcc" };
    let mut command = Command::new(compiler);
    command.current_dir(folder.path()).args(flags.iter().filter(|flag| !flag.starts_with("-l")));
    command.arg(name).arg("-o").arg(&program).args(flags.iter().filter(|flag| flag.starts_with("-l")));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{flags:?}: {}", String::from_utf8_lossy(&output.stderr));
    program
}

/// The number of the line that has this mark.
fn line(source: &str, mark: &str) -> u32 {
    let index = source.lines().position(|line| line.contains(mark)).unwrap();
    u32::try_from(index + 1).unwrap()
}

fn expected(source: &str, mark: &str, function: &str) -> SourceLine {
    let file = if function == "Server::serve" { "program.cc" } else { "program.c" };
    let function = function.rsplit(':').next().unwrap().to_owned();
    SourceLine { file: file.to_owned(), line: line(source, mark), function: Some(function) }
}

const READ: &[&str] = &["0", "3"];

const TWO_LEVELS: &str = r#"
#include <unistd.h>

__attribute__((noinline)) long receive(char *bytes)
{
    long n = read(0, bytes, 10); /* HERE */
    bytes[n] = 0;
    return n + 1;
}

__attribute__((noinline)) long serve(int times)
{
    char bytes[300];
    return receive(bytes) + times;
}

int main(void)
{
    return (int)serve(3) + 1;
}
"#;

#[test]
fn a_read_is_found_however_the_program_is_built() {
    if !has("gcc") {
        return;
    }
    let builds: &[&[&str]] = &[
        &["-O0"],
        &["-O2"],
        &["-O0", "-no-pie"],
        &["-O2", "-no-pie", "-fno-omit-frame-pointer"],
        &["-O0", "-static"],
        &["-O2", "-static"],
        &["-O2", "-static-pie"],
        &["-Os", "-gdwarf-4"],
        &["-O1", "-gdwarf-2", "-gstrict-dwarf"],
        &["-O2", "-flto"],
        &["-O1", "-gz=zlib"],
        &["-O1", "-Wl,--no-eh-frame-hdr"],
        &["-O2", "-Wl,-z,noseparate-code"],
        &["-O0", "-D_FORTIFY_SOURCE=2", "-O2"],
        &["-O0", "-m32"],
        &["-O2", "-m32"],
        &["-O2", "-m32", "-static"],
        &["-O2", "-m32", "-no-pie"],
    ];
    for flags in builds {
        let folder = TempDir::new().unwrap();
        let flags: Vec<&str> = [&["-g"], *flags].concat();
        let abi = if flags.contains(&"-m32") { Abi::I386 } else { Abi::X86_64 };
        let program = Blocked::run(&compile(&folder, TWO_LEVELS, &flags));
        let frame = frame(&program.pid().to_string(), abi, READ);
        let found = Sources::default().locate(program.pid(), frame, &memory(program.pid()));
        assert_eq!(found, Some(expected(TWO_LEVELS, "HERE", "receive")), "{flags:?}");
    }
}
