//! `socketlab trace` from outside: what the program keeps, what is told and where, how it ends.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use crate::support::binary::{self, Ended, run, socketlab};
use crate::support::remains::Followed;
use crate::support::terminal::{Size, Terminal, USUAL};
use crate::support::{LIMIT, events, has, network};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tempfile::TempDir;

const USAGE: i32 = 2;
const MACHINE: i32 = 4;
const IO: i32 = 5;
const INTERRUPTED: i32 = 130;

/// An echo server for one client on port 3001.
const SERVER: &str = r#"
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(3001) };
    int yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&addr, sizeof addr) == -1) {
        perror("bind");
        return 1;
    }
    listen(fd, 5);
    puts("pret");
    fflush(stdout);
    int client = accept(fd, NULL, NULL);
    char buf[100];
    ssize_t n;
    while ((n = recv(client, buf, sizeof buf, 0)) > 0)
        send(client, buf, n, 0);
    close(client);
    close(fd);
    return 0;
}
"#;

/// A client that is refused.
const CLIENT: &str = r#"
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>

int main(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(3002) };
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&addr, sizeof addr) == -1) {
        perror("connect");
        return 3;
    }
    return 0;
}
"#;

/// Calls for ever, quickly.
const BUSY: &str = r"
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    for (;;)
        close(socket(AF_UNIX, SOCK_STREAM, 0));
}
";

/// Waits for a signal; the first Ctrl-C is answered with words, and where an argument is given, that is all.
const STUBBORN: &str = r#"
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t seen;

static void hear(int number)
{
    (void)number;
    seen++;
}

int main(int argc, char **argv)
{
    (void)argv;
    struct sigaction action = { .sa_handler = hear };
    sigaction(SIGINT, &action, NULL);
    puts("j'attends");
    fflush(stdout);
    do
        pause();
    while (argc > 1 || !seen);
    puts("au revoir");
    return 0;
}
"#;

/// Asks for a name at the keyboard.
const PROMPT: &str = r#"
#include <stdio.h>

int main(void)
{
    char name[20];
    printf("nom : ");
    fflush(stdout);
    if (scanf("%19s", name) != 1)
        return 1;
    printf("bonjour %s\n", name);
    return 0;
}
"#;

/// A program made of this source, and the folder that holds it.
struct Program {
    folder: TempDir,
    path: PathBuf,
}

impl Program {
    /// `None` where there is no compiler: the test says so.
    fn new(source: &str) -> Option<Program> {
        if !has("gcc") {
            return None;
        }
        let folder = TempDir::new().unwrap();
        let (path, file) = (folder.path().join("programme"), folder.path().join("programme.c"));
        fs::write(&file, source).unwrap();
        let status = Command::new("gcc").args(["-g", "-o"]).arg(&path).arg(&file).status().unwrap();
        assert!(status.success());
        Some(Program { folder, path })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// `socketlab trace OPTIONS -- WORDS…`
fn trace(options: &[&str], words: &[&OsStr]) -> Command {
    let mut command = socketlab(&[&["trace"], options].concat());
    command.arg("--").args(words);
    command
}

fn sh(options: &[&str], script: &str) -> Command {
    trace(options, &["/bin/sh", "-c", script].map(OsStr::new))
}

/// A trace that runs, and its narration, read line by line.
struct Told {
    child: Child,
    lines: BufReader<ChildStderr>,
    text: String,
}

impl Told {
    fn start(mut command: Command) -> Told {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap());
        Told { child, lines, text: String::new() }
    }

    /// Reads until a line holds all of these.
    fn until(&mut self, words: &[&str]) -> String {
        loop {
            let mut line = String::new();
            assert!(self.lines.read_line(&mut line).unwrap() > 0, "never told: {words:?}\n{}", self.text);
            self.text.push_str(&line);
            if words.iter().all(|word| line.contains(word)) {
                return line;
            }
        }
    }

    /// The exit code, and what the program wrote on its own stdout.
    fn end(mut self) -> (Option<i32>, String, String) {
        self.lines.read_to_string(&mut self.text).unwrap();
        let mut out = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        let status = binary::wait(&mut self.child, LIMIT).expect("the trace ends");
        (status.code(), out, self.text)
    }
}

/// A program that does not outlive its test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// One client of the echo server.
fn echo() {
    let mut stream = TcpStream::connect("127.0.0.1:3001").unwrap();
    stream.write_all(b"salut\n").unwrap();
    let mut back = [0; 6];
    stream.read_exact(&mut back).unwrap();
    assert_eq!(&back, b"salut\n");
}

fn assert_in_order(text: &str, wanted: &[&str]) {
    let mut rest = text;
    for words in wanted {
        let found = rest.find(words);
        assert!(found.is_some(), "« {words} » is not told in its place:\n{text}");
        rest = &rest[found.unwrap_or_default() + words.len()..];
    }
}

#[test]
fn a_server_is_told_call_by_call_and_blocked_before_anybody_comes() {
    let Some(program) = Program::new(SERVER) else { return };
    network::private("a_server_is_told_call_by_call_and_blocked_before_anybody_comes", || {
        let mut told = Told::start(trace(&["--summary"], &[program.path.as_os_str()]));
        told.until(&["accept(3, NULL, NULL) …"]);
        told.until(&["nc 127.0.0.1 3001"]);
        told.until(&["LISTEN", "0.0.0.0:3001", "(backlog 5)"]);
        echo();
        let (code, out, text) = told.end();
        assert_eq!((code, out.as_str()), (Some(0), "pret\n"), "{text}");
        let wanted = [
            "socketlab trace · ",
            "execve(",
            "socket(AF_INET, SOCK_STREAM, 0) = 3",
            "programme.c:9",
            "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0",
            "bind(3, {AF_INET, 0.0.0.0:3001}, 16) = 0",
            "listen(3, 5) = 0",
            "write(1, \"pret\\n\", 5) = 5",
            "> ",
            "accept(3, NULL, NULL) = 4   (après ",
            "recv(4, \"salut\\n\", 100, 0) = 6",
            "send(4, \"salut\\n\", 6, 0) = 6",
            "recv(4, \"\", 100, 0) = 0",
            "close(4) = 0",
            "close(3) = 0",
            "code de sortie 0",
            "appel ",
            "Fin du programme, code de sortie 0",
            "Verdict",
        ];
        assert_in_order(&text, &wanted);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    });
}

fn of<'a>(told: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    told.iter().filter(move |event| event["event"] == kind)
}

#[test]
fn scripts_read_json_in_a_file_and_the_terminal_stays_the_programs() {
    let Some(program) = Program::new(SERVER) else { return };
    network::private("scripts_read_json_in_a_file_and_the_terminal_stays_the_programs", || {
        let output = program.file("trace.json");
        let options = ["--format", "json", "--output", output.to_str().unwrap()];
        let mut child =
            trace(&options, &[program.path.as_os_str()]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let blocked = || fs::read_to_string(&output).ok().filter(|text| text.contains("\"event\":\"blocked\""));
        assert!(crate::support::until(LIMIT, blocked).is_some());
        echo();
        let (mut out, mut errors) = (String::new(), String::new());
        child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        assert!(binary::wait(&mut child, LIMIT).unwrap().success());
        assert_eq!((out.as_str(), errors.as_str()), ("pret\n", ""));
        let told = events::parse(&fs::read_to_string(&output).unwrap());
        assert_eq!((&told[0]["event"], &told[0]["format"]), (&"trace-started".into(), &1.into()));
        let why = &of(&told, "blocked").next().unwrap()["why"];
        assert_eq!((&why["kind"], &why["address"]), (&"no-client".into(), &"0.0.0.0:3001".into()));
        let recv = of(&told, "returned").find(|event| event["call"] == "recv").unwrap();
        assert_eq!((&recv["data"]["text"], &recv["data"]["length"]), (&"salut\n".into(), &6.into()));
        assert_eq!((&recv["actor"], &recv["source"]), (&"programme".into(), &"programme.c".into()));
        let names = |kind| of(&told, kind).filter_map(|event| event["call"].as_str()).collect::<Vec<_>>();
        assert_eq!(names("call"), names("returned"), "each call that was entered has returned");
        let last = told.last().unwrap();
        assert_eq!((&last["event"], &last["exit"]), (&"trace-finished".into(), &0.into()));
    });
}

#[test]
fn failures_have_their_cause_and_faults_their_mark() {
    let Some(program) = Program::new(CLIENT) else { return };
    network::private("failures_have_their_cause_and_faults_their_mark", || {
        let refused = run(&mut trace(&["--exit-code"], &[program.path.as_os_str()]));
        assert_eq!(refused.code(), Some(3), "{}", refused.whole());
        let wanted = [
            "x ",
            "connect(3, {AF_INET, 127.0.0.1:3002}, 16) = -1 ECONNREFUSED",
            "(Connexion refusée)",
            "Aucun socket n’écoute à l’adresse 127.0.0.1:3002",
        ];
        assert_in_order(&refused.errors(), &wanted);
        let options = ["--fault", "connect:ENETUNREACH", "--fault", "recv:EINTR:2", "--explain"];
        let provoked = run(&mut trace(&options, &[program.path.as_os_str()])).errors();
        let wanted = [
            "Panne demandée",
            "! ",
            "= -1 ENETUNREACH",
            "anne provoquée par socketlab",
            "La panne recv:EINTR:2 n’a pas eu lieu",
        ];
        assert_in_order(&provoked, &wanted);
    });
}

#[test]
fn the_status_is_passed_on_where_it_is_asked_for() {
    let code = |options: &[&str], script: &str| run(&mut sh(options, script)).code();
    assert_eq!(code(&[], "exit 7"), Some(0));
    assert_eq!(code(&["--exit-code"], "exit 7"), Some(7));
    assert_eq!(code(&["--exit-code"], "kill -TERM $$"), Some(143));
    assert_eq!(code(&[], "kill -TERM $$"), Some(0));
}

#[test]
fn the_program_keeps_its_input_and_its_output() {
    let mut child = trace(&[], &[OsStr::new("cat")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"un\ndeux\n\xff").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(output.stdout, b"un\ndeux\n\xff");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("write(1, \"un\\ndeux\\n\\xff\", 9) = 9"), "{told}");
}

#[test]
fn only_what_is_asked_for_is_told() {
    let Some(program) = Program::new(CLIENT) else { return };
    network::private("only_what_is_asked_for_is_told", || {
        let told = |options: &[&str]| run(&mut trace(options, &[program.path.as_os_str()])).errors();
        let (usual, network, all) = (told(&[]), told(&["--only", "network"]), told(&["--only", "all"]));
        // The loader reads the C library, a plain file.
        assert!(!usual.contains("ELF") && all.contains("ELF") && usual.contains("--only all"), "{usual}{all}");
        assert!(usual.contains("write(2, \"connect: ") && !network.contains("write(2"), "{usual}{network}");
        assert!(network.contains("connect(3") && network.contains("socket(AF_INET"), "{network}");
        let short = told(&["--strsize", "3"]);
        assert!(short.contains("write(2, \"con\"…"), "{short}");
    });
}

fn refused(ended: &Ended, code: i32, named: &[&str]) {
    assert_eq!(ended.code(), Some(code), "{}", ended.whole());
    let errors = ended.errors();
    assert!(errors.starts_with("erreur"), "{errors}");
    for name in named {
        assert!(errors.contains(name), "« {name} » is not named in:\n{errors}");
    }
    for foreign in ["panicked", "os error", "No such file", "Permission denied"] {
        assert!(!errors.contains(foreign), "{errors}");
    }
}

#[test]
fn what_cannot_be_traced_is_said_with_its_remedy() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let plain = file("note.txt", "bonjour\n");
    let of = |path: &Path| run(&mut trace(&[], &[path.as_os_str()]));
    refused(&of(&folder.path().join("absent")), USAGE, &["absent"]);
    refused(&of(Path::new("programme-qui-n-existe-pas")), USAGE, &["programme-qui-n-existe-pas"]);
    refused(&of(&plain), USAGE, &["note.txt", "chmod +x"]);
    refused(&of(folder.path()), USAGE, &[folder.path().to_str().unwrap()]);
    let typed = |words: &[&str]| run(&mut socketlab(&[&["trace"], words].concat()));
    refused(&typed(&[]), USAGE, &["PROG"]);
    refused(&typed(&["--pid", "4242", "--", "true"]), USAGE, &["--pid"]);
    refused(&typed(&["--pid", "2147483647"]), USAGE, &["2147483647"]);
    refused(&typed(&["--fault", "conect:EINTR", "--", "true"]), USAGE, &["connect"]);
    refused(&typed(&["--strsize", "-1", "--", "true"]), USAGE, &["--strsize"]);
    refused(&typed(&["--output", "/absent/trace.txt", "--", "true"]), IO, &["/absent/trace.txt", "--output"]);
    let untraceable = typed(&["--pid", "1"]);
    assert!(
        [Some(MACHINE), Some(0)].contains(&untraceable.code()) || crate::support::root(),
        "{}",
        untraceable.whole()
    );
}

#[test]
fn a_reader_that_leaves_ends_it_quietly_and_a_full_disk_is_said() {
    let Some(program) = Program::new(BUSY) else { return };
    network::private("a_reader_that_leaves_ends_it_quietly_and_a_full_disk_is_said", || {
        let mut command = trace(&[], &[program.path.as_os_str()]);
        let followed = Followed::new(&mut command);
        let mut told = Told::start(command);
        told.until(&["socket(AF_UNIX, SOCK_STREAM, 0) = 3"]);
        let Told { mut child, lines, .. } = told;
        drop(lines);
        assert_eq!(binary::wait(&mut child, LIMIT).and_then(|status| status.code()), Some(0));
        followed.assert_nothing_left("a closed pipe");
    });
    let full = run(&mut trace(&["--output", "/dev/full"], &[program.path.as_os_str()]));
    refused(&full, IO, &["ENOSPC"]);
}

#[test]
fn a_time_limit_ends_the_program() {
    let ended = run(&mut sh(&["--timeout", "200ms"], "sleep 1000"));
    assert_eq!(ended.code(), Some(0), "{}", ended.whole());
    assert!(ended.errors().contains("--timeout"), "{}", ended.whole());
    assert!(ended.elapsed < Duration::from_mins(1), "{}", ended.whole());
}

fn on_terminal(size: Size, program: &Program, options: &[&str], words: &[&str]) -> Terminal {
    let mut command = trace(options, &[program.path.as_os_str()]);
    command.args(words);
    Terminal::with(size, &command)
}

#[test]
fn a_first_interruption_is_the_programs_and_a_second_ends_all() {
    let Some(program) = Program::new(STUBBORN) else { return };
    let mut terminal = on_terminal(USUAL, &program, &[], &[]);
    terminal.wait_text("pause() …");
    terminal.press("\x03");
    terminal.wait_text("Verdict");
    assert!(terminal.history().contains("au revoir"), "{}", terminal.framed());
    assert_eq!(terminal.end(), 0, "{}", terminal.framed());
    let mut terminal = on_terminal(USUAL, &program, &[], &["encore"]);
    terminal.wait_text("pause() …");
    terminal.press("\x03");
    terminal.wait_history("SIGINT arrive");
    terminal.press("\x03");
    assert_eq!(terminal.end(), INTERRUPTED, "{}", terminal.framed());
}

#[test]
fn a_program_at_the_keyboard_keeps_its_screen() {
    let Some(program) = Program::new(PROMPT) else { return };
    let mut terminal = on_terminal(USUAL, &program, &[], &[]);
    terminal.wait_text("read(0, ");
    terminal.wait_text("Ctrl-D");
    terminal.press("ana\n");
    terminal.wait_history("Verdict");
    let seen = terminal.history();
    let own: Vec<&str> = seen.lines().filter(|line| !line.contains("  ")).collect();
    for line in ["nom :", "ana", "bonjour ana"] {
        assert!(own.iter().any(|seen| seen.trim_end() == line), "« {line} » in {own:?}\n{seen}");
    }
    assert_eq!(terminal.end(), 0, "{}", terminal.framed());
}

#[test]
fn a_reader_that_does_not_read_never_holds_the_end() {
    let Some(program) = Program::new(BUSY) else { return };
    let mut child = trace(&[], &[program.path.as_os_str()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map(Killed)
        .unwrap();
    let pid = child.0.id();
    let waits = || fs::read_to_string(format!("/proc/{pid}/wchan")).ok().filter(|name| name.contains("poll"));
    assert!(crate::support::until(LIMIT, waits).is_some(), "the pipe is never full");
    kill(Pid::from_raw(pid.cast_signed()), Signal::SIGTERM).unwrap();
    let status = binary::wait(&mut child.0, LIMIT).expect("the trace ends");
    assert_eq!(status.code(), Some(INTERRUPTED));
}

#[test]
fn colours_are_for_terminals_and_can_be_refused() {
    let Some(program) = Program::new(CLIENT) else { return };
    network::private("colours_are_for_terminals_and_can_be_refused", || {
        let red: &[u8] = b"\x1b[31m";
        let colored = |bytes: &[u8]| bytes.windows(red.len()).any(|window| window == red);
        let mut terminal = on_terminal(USUAL, &program, &[], &[]);
        terminal.wait_history("Verdict");
        assert!(colored(terminal.raw()));
        let mut command = trace(&[], &[program.path.as_os_str()]);
        command.env("NO_COLOR", "1");
        let mut terminal = Terminal::with(USUAL, &command);
        terminal.wait_history("Verdict");
        assert!(!colored(terminal.raw()), "{}", terminal.framed());
        let piped = |options: &[&str]| run(&mut trace(options, &[program.path.as_os_str()])).stderr;
        assert!(!colored(&piped(&[])) && colored(&piped(&["--color", "always"])));
        let ascii = String::from_utf8(piped(&["--ascii"])).unwrap();
        assert!(ascii.chars().all(|c| c.is_ascii() || c.is_alphabetic()), "{ascii}");
    });
}

#[test]
fn a_running_process_is_joined_and_left() {
    let Some(program) = Program::new(SERVER) else { return };
    network::private("a_running_process_is_joined_and_left", || {
        let mut server = Command::new(&program.path);
        let server = server.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut server = Killed(server);
        let mut ready = [0; 5];
        server.0.stdout.as_mut().unwrap().read_exact(&mut ready).unwrap();
        let pid = server.0.id().to_string();
        let mut told = Told::start(socketlab(&["trace", "--pid", &pid]));
        told.until(&["accept(3, NULL, NULL)"]);
        echo();
        told.until(&["send(4, \"salut\\n\", 6, 0) = 6"]);
        let (code, _, text) = told.end();
        assert_eq!(code, Some(0), "{text}");
        assert!(server.0.wait().unwrap().success(), "{text}");
    });
}
