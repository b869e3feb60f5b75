//! The line of the source behind a blocked call: programs of every build, caught asleep in the kernel.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Instant;

use crate::support::{LIMIT, builds_32_bits, everything, has};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use socketlab::observed::SourceLine;
use socketlab::trace::raw::{Abi, Memory};
use socketlab::trace::source::{Frame, Sources};
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

    fn is_constant(&self, _: u64) -> bool {
        false
    }
}

/// A program blocked on its standard input, ended with its children when it is dropped.
struct Blocked {
    child: Child,
    input: ChildStdin,
}

impl Drop for Blocked {
    fn drop(&mut self) {
        // Its children too: they are in its group.
        let _ = killpg(Pid::from_raw(self.pid()), Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

impl Blocked {
    fn run(program: &Path) -> Blocked {
        let mut command = Command::new(program);
        command.current_dir(program.parent().unwrap()).process_group(0);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        Blocked { child, input }
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
    SourceLine { file: "program.c".to_owned(), line: line(source, mark), function: Some(function.to_owned()) }
}

const READ: &[&str] = &["0", "3"];

const TWO_LEVELS: &str = r"
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
";

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
        if flags.contains(&"-m32") && !builds_32_bits() {
            continue;
        }
        let folder = TempDir::new().unwrap();
        let flags: Vec<&str> = [&["-g"], *flags].concat();
        let abi = if flags.contains(&"-m32") { Abi::I386 } else { Abi::X86_64 };
        let program = Blocked::run(&compile(&folder, TWO_LEVELS, &flags));
        let frame = frame(&program.pid().to_string(), abi, READ);
        let found = Sources::default().locate(program.pid(), frame, &memory(program.pid()));
        assert_eq!(found, Some(expected(TWO_LEVELS, "HERE", "receive")), "{flags:?}");
    }
}

/// Runs a program until it sleeps in one of the calls, and says what line that is.
fn located(source: &str, flags: &[&str], calls: &[&str]) -> Option<SourceLine> {
    let folder = TempDir::new().unwrap();
    let program = Blocked::run(&compile(&folder, source, flags));
    let frame = frame(&program.pid().to_string(), Abi::X86_64, calls);
    Sources::default().locate(program.pid(), frame, &memory(program.pid()))
}

const INLINED: &str = r"
#include <unistd.h>

static inline __attribute__((always_inline)) long receive(char *bytes)
{
    return read(0, bytes, 10); /* INNER */
}

int main(void)
{
    char bytes[20];
    return (int)receive(bytes) + 1; /* OUTER */
}
";

#[test]
fn an_inlined_function_is_the_innermost() {
    if has("gcc") {
        let found = located(INLINED, &["-g", "-O2"], READ);
        assert_eq!(found, Some(expected(INLINED, "INNER", "receive")));
    }
}

#[test]
fn split_debug_information_still_says_the_line() {
    if has("gcc") {
        let found = located(TWO_LEVELS, &["-g", "-O1", "-gsplit-dwarf"], READ).unwrap();
        assert_eq!((found.file.as_str(), found.line), ("program.c", line(TWO_LEVELS, "HERE")));
    }
}

const METHOD: &str = r"
#include <unistd.h>
#include <algorithm>
#include <vector>

namespace net {
struct Server {
    char bytes[10];
    __attribute__((noinline)) long serve()
    {
        std::vector<int> twice{1, 2};
        std::for_each(twice.begin(), twice.end(), [this](int) {
            (void)!read(0, bytes, 10); /* LAMBDA */
        });
        return read(0, bytes, 10);
    }
};
}

int main()
{
    net::Server server;
    return server.serve() != 0;
}
";

#[test]
fn the_names_of_cplusplus_are_plain() {
    if has("g++") {
        let found = located(METHOD, &["-xc++", "-g", "-O0"], READ).unwrap();
        assert_eq!((found.file.as_str(), found.line), ("program.cc", line(METHOD, "LAMBDA")));
        assert_eq!(found.function.as_deref(), Some("operator()"));
    }
}

/// Deep in the C library, which keeps no frame pointer.
const THROUGH_THE_LIBRARY: &str = r#"
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static int pair[2];

static void *wait_for_bytes(void *unused)
{
    char bytes[10];
    recv(pair[0], bytes, sizeof bytes, 0); /* recv */
    return unused;
}

static int compare(const void *a, const void *b)
{
    char byte;
    read(0, &byte, 1); /* qsort */
    return *(const int *)a - *(const int *)b;
}

int main(void)
{
    const char *what = WHAT;
    if (!strcmp(what, "recv")) {
        pthread_t thread;
        socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
        pthread_create(&thread, NULL, wait_for_bytes, NULL);
        wait_for_bytes(NULL);
    } else if (!strcmp(what, "fgets")) {
        char line[100];
        puts(fgets(line, sizeof line, stdin)); /* fgets */
    } else if (!strcmp(what, "scanf")) {
        int number;
        scanf("%d", &number); /* scanf */
    } else if (!strcmp(what, "qsort")) {
        int numbers[] = {3, 2, 1};
        qsort(numbers, 3, sizeof(int), compare);
    } else if (!strcmp(what, "vfork")) {
        if (vfork() == 0) { /* vfork */
            /* The stack is the parent's: no call before it sleeps. */
            char byte;
            long answer = 0;
            __asm__ volatile("syscall" : "+a"(answer) : "D"(0), "S"(&byte), "d"(1) : "rcx", "r11", "memory");
            _exit((int)answer);
        }
    } else if (!strcmp(what, "spawn")) {
        posix_spawn_file_actions_t actions;
        char *arguments[] = {"true", NULL};
        pid_t pid;
        mkfifo("fifo", 0600);
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 0, "fifo", O_RDONLY, 0);
        posix_spawn(&pid, "/bin/true", &actions, NULL, arguments, environ); /* spawn */
    } else if (!strcmp(what, "system")) {
        return !system("read line"); /* system */
    } else if (!strcmp(what, "popen")) {
        return !pclose(popen("read line", "r")); /* popen */
    } else if (!strcmp(what, "accept")) {
        int s = socket(AF_INET, SOCK_STREAM, 0);
        listen(s, 5);
        return !accept(s, NULL, NULL); /* accept */
    } else if (!strcmp(what, "sleep")) {
        sleep(1000); /* sleep */
    }
    return 0;
}
"#;

#[test]
fn the_wrappers_of_the_c_library_are_walked_through() {
    if !has("gcc") {
        return;
    }
    let cases: &[(&str, &str, &[&str])] = &[
        ("recv", "wait_for_bytes", &["45"]),
        ("fgets", "main", READ),
        ("scanf", "main", READ),
        ("qsort", "compare", READ),
        ("vfork", "main", &["58"]),
        ("spawn", "main", &["56", "435"]),
        ("system", "main", &["61"]),
        ("popen", "main", &["61"]),
        ("accept", "main", &["43"]),
        ("sleep", "main", &["230"]),
    ];
    for (what, function, calls) in cases {
        for build in [["-O0", "-pthread"], ["-O2", "-pthread"], ["-O2", "-static"]] {
            let name = format!("-DWHAT=\"{what}\"");
            let flags = [&["-g", "-w", name.as_str()], &build[..]].concat();
            let found = located(THROUGH_THE_LIBRARY, &flags, calls);
            let mark = format!("/* {what} */");
            assert_eq!(found, Some(expected(THROUGH_THE_LIBRARY, &mark, function)), "{flags:?}");
        }
    }
}

const FORKED: &str = r#"
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    char byte;
    pid_t pid = fork();
    if (pid == 0)
        return (int)read(0, &byte, 1); /* CHILD */
    printf("%d\n", pid);
    fflush(stdout);
    return waitpid(pid, NULL, 0); /* PARENT */
}
"#;

#[test]
fn a_child_shares_what_is_known_of_its_parents_program() {
    if !has("gcc") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let mut parent = Blocked::run(&compile(&folder, FORKED, &["-g"]));
    let child = parent.said();
    let mut sources = Sources::default();
    let of_parent = frame(&parent.pid().to_string(), Abi::X86_64, &["61"]);
    let of_child = frame(&child.to_string(), Abi::X86_64, READ);
    let found = sources.locate(parent.pid(), of_parent, &memory(parent.pid()));
    assert_eq!(found, Some(expected(FORKED, "PARENT", "main")));
    assert_eq!(sources.locate(child, of_child, &memory(child)), Some(expected(FORKED, "CHILD", "main")));
}

const LOADS: &str = r#"
#include <dlfcn.h>
#include <unistd.h>

int main(void)
{
    char bytes[10];
    if (read(0, bytes, 10) > 0) { /* BEFORE */
        long (*receive)(int) = (long (*)(int))dlsym(dlopen("./own.so", RTLD_NOW), "receive");
        return (int)receive(0);
    }
    return 0;
}
"#;

const LOADED: &str = r"
#include <poll.h>

long receive(int unused)
{
    struct pollfd nothing = {.fd = -1};
    return poll(&nothing, 1, 1000000) + unused; /* LOADED */
}
";

#[test]
fn a_library_of_ones_own_is_found_once_it_is_loaded() {
    if !has("gcc") {
        return;
    }
    let folder = TempDir::new().unwrap();
    fs::rename(compile(&folder, LOADED, &["-g", "-shared", "-fPIC"]), folder.path().join("own.so")).unwrap();
    let program = compile(&folder, LOADS, &["-g", "-ldl"]);
    let mut program = Blocked::run(&program);
    let (pid, mut sources) = (program.pid(), Sources::default());
    let before = sources.locate(pid, frame(&pid.to_string(), Abi::X86_64, READ), &memory(pid));
    program.input.write_all(b"x").unwrap();
    let after = sources.locate(pid, frame(&pid.to_string(), Abi::X86_64, &["7"]), &memory(pid));
    assert_eq!(before, Some(expected(LOADS, "BEFORE", "main")));
    assert_eq!(after, Some(expected(LOADED, "LOADED", "receive")));
}

#[test]
fn a_program_that_was_deleted_is_still_read() {
    if !has("gcc") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let path = compile(&folder, TWO_LEVELS, &["-g"]);
    let program = Blocked::run(&path);
    fs::remove_file(&path).unwrap();
    fs::write(&path, "another file").unwrap();
    let frame = frame(&program.pid().to_string(), Abi::X86_64, READ);
    let found = Sources::default().locate(program.pid(), frame, &memory(program.pid()));
    assert_eq!(found, Some(expected(TWO_LEVELS, "HERE", "receive")));
}

#[test]
fn a_program_without_debug_information_costs_no_walk() {
    if !has("gcc") {
        return;
    }
    for flags in [&["-O0"][..], &["-g", "-s"], &["-g1", "-static", "-Wl,--strip-debug"]] {
        let folder = TempDir::new().unwrap();
        let program = Blocked::run(&compile(&folder, TWO_LEVELS, flags));
        let frame = frame(&program.pid().to_string(), Abi::X86_64, READ);
        let (mut sources, memory) = (Sources::default(), memory(program.pid()));
        assert_eq!(sources.locate(program.pid(), frame, &memory), None);
        assert_eq!(sources.locate(program.pid(), frame, &memory), None);
        assert_eq!(memory.reads.get(), 0, "{flags:?}");
    }
}

#[test]
fn a_call_seen_before_costs_one_look_at_the_stack() {
    if !has("gcc") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let program = Blocked::run(&compile(&folder, TWO_LEVELS, &["-g", "-O2"]));
    let frame = frame(&program.pid().to_string(), Abi::X86_64, READ);
    let (mut sources, memory) = (Sources::default(), memory(program.pid()));
    let found = sources.locate(program.pid(), frame, &memory);
    memory.reads.set(0);
    assert_eq!(sources.locate(program.pid(), frame, &memory), found);
    assert_eq!(memory.reads.get(), 1);
    sources.forget(program.pid());
    assert_eq!(sources.locate(program.pid(), frame, &memory), found);
}

/// A stack whose every word is an address of the program's own code, and one that says the same for ever.
struct Lying {
    base: u64,
    mask: u64,
}

impl Memory for Lying {
    fn read(&self, address: u64, into: &mut [u8]) -> usize {
        for (place, word) in into.chunks_mut(8).enumerate() {
            let noise = address.wrapping_add(place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) % 0x2000;
            let lie = self.base + (noise & self.mask);
            word.copy_from_slice(&lie.to_le_bytes()[..word.len()]);
        }
        into.len()
    }

    fn is_constant(&self, _: u64) -> bool {
        false
    }
}

#[test]
fn a_lying_stack_ends_the_walk() {
    if !has("gcc") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let program = Blocked::run(&compile(&folder, TWO_LEVELS, &["-g1", "-O2", "-static"]));
    let frame = frame(&program.pid().to_string(), Abi::X86_64, READ);
    let mut sources = Sources::default();
    for place in (0..2000).step_by(if everything() { 1 } else { 7 }) {
        for mask in [0, u64::MAX] {
            let memory = Lying { base: frame.instruction - 0x1000 + place, mask };
            let _ = sources.locate(program.pid(), frame, &memory);
            let stray = Frame { stack: u64::MAX - place, base: place, ..frame };
            let _ = sources.locate(program.pid(), stray, &memory);
            let lost = Frame { instruction: place.wrapping_sub(1000), ..frame };
            assert_eq!(sources.locate(program.pid(), lost, &memory), None);
        }
    }
}

/// Measures; run by name, with --release.
#[test]
#[ignore = "a measurement, not a check"]
fn the_cost_of_a_call_seen_before() {
    const TIMES: u32 = 100_000;
    let folder = TempDir::new().unwrap();
    let program = Blocked::run(&compile(&folder, TWO_LEVELS, &["-g", "-O2"]));
    let frame = frame(&program.pid().to_string(), Abi::X86_64, READ);
    let (mut sources, memory) = (Sources::default(), memory(program.pid()));
    let begun = Instant::now();
    sources.locate(program.pid(), frame, &memory).unwrap();
    let first = begun.elapsed();
    let begun = Instant::now();
    for _ in 0..TIMES {
        sources.locate(program.pid(), frame, &memory).unwrap();
    }
    let again = begun.elapsed() / TIMES;
    let begun = Instant::now();
    for _ in 0..TIMES {
        memory.read(frame.stack, &mut [0; 1024]);
    }
    println!("first {first:?}, again {again:?}, of which the memory {:?}", begun.elapsed() / TIMES);
}
