//! The command line as a person or a script meets it: exact words, streams and exit codes.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::openpty;
use tempfile::TempDir;

/// One run of socketlab, and what is expected of it.
struct Test {
    arguments: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
    state: TempDir,
}

/// What a run gave.
struct Ran {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Test {
    fn new(arguments: &[&str]) -> Test {
        Test {
            arguments: arguments.iter().map(OsString::from).collect(),
            environment: Vec::new(),
            state: tempfile::tempdir().expect("a folder"),
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Test {
        self.environment.push((name, value.into()));
        self
    }

    fn argument(mut self, argument: OsString) -> Test {
        self.arguments.push(argument);
        self
    }

    fn progress_file(&self) -> std::path::PathBuf {
        self.state.path().join("socketlab/progression.toml")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_socketlab"));
        command.args(&self.arguments).stdin(Stdio::null()).env_remove("NO_COLOR").env("TERM", "xterm");
        command.env("XDG_STATE_HOME", self.state.path()).envs(self.environment.iter().cloned());
        command
    }

    fn run(&self) -> Ran {
        let output = self.command().output().expect("socketlab starts");
        Ran {
            status: output.status.code().expect("an exit code"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Nothing on stdout, exactly this on stderr.
    fn refused(&self, status: i32, stderr: &str) {
        let ran = self.run();
        assert_eq!(
            (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
            (status, "", stderr),
            "{:?}",
            self.arguments
        );
    }

    /// Nothing on stderr, exit code 0.
    fn shown(&self) -> String {
        let ran = self.run();
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{:?}", self.arguments);
        ran.stdout
    }
}

/// clap's own words, none of which may reach a person.
const ENGLISH: &[&str] = &[
    "Usage:",
    "usage:",
    "Options:",
    "Commands:",
    "Arguments:",
    "error:",
    "tip:",
    "possible values",
    "default:",
    "aliases",
    "Print",
    "help for",
    "For more",
    "information",
    "try '",
    "required",
    "argument '",
    "unexpected",
    "invalid value",
    "similar",
    "subcommand",
    "COMMAND]",
    "found",
    "Did you mean",
];

fn assert_french(text: &str) {
    for word in ENGLISH {
        assert!(!text.contains(word), "{word:?} in:\n{text}");
    }
    // The colons of an IPv6 address are no punctuation.
    for (number, line) in text.replace(" ::", " ").lines().enumerate() {
        for wrong in ["\u{20}:", "\u{20};", "\u{20}!", "\u{20}?", "«\u{20}", "\u{20}»"] {
            assert!(!line.contains(wrong), "line {}: {wrong:?} in {line:?}", number + 1);
        }
    }
}

#[test]
fn help_is_french_everywhere() {
    let commands: [&[&str]; 16] = [
        &["--help"],
        &["-h"],
        &["help"],
        &["aide"],
        &["lesson", "--help"],
        &["leçon", "-h"],
        &["lecon", "-h"],
        &["list", "--help"],
        &["liste", "-h"],
        &["explain", "--help"],
        &["expliquer", "-h"],
        &["lint", "--help"],
        &["serve", "--help"],
        &["serveur", "-h"],
        &["connect", "--help"],
        &["client", "-h"],
    ];
    for arguments in commands {
        let text = Test::new(arguments).shown();
        assert_french(&text);
        assert!(text.contains("Usage\u{a0}: socketlab"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}

#[test]
fn help_of_a_command_is_the_same_by_every_road() {
    let reference = Test::new(&["lesson", "--help"]).shown();
    for arguments in [&["lesson", "-h"] as &[&str], &["help", "lesson"], &["aide", "leçon"], &["--help", "lesson"]] {
        let text = Test::new(arguments).shown();
        if arguments[0] == "--help" {
            assert!(text.contains("Commandes\u{a0}:"));
        } else {
            assert_eq!(text, reference, "{arguments:?}");
        }
    }
}

#[test]
fn the_version_is_on_stdout() {
    for arguments in [["--version"], ["-V"]] {
        assert_eq!(Test::new(&arguments).shown(), concat!("socketlab ", env!("CARGO_PKG_VERSION"), "\n"));
    }
}

/// The refusals that a person can meet, to the letter.
const REFUSALS: &[(&[&str], &str)] = &[
    (
        &["lesson", "--prot", "3"],
        "erreur : l’option « --prot » n’existe pas.\n  Vouliez-vous dire « --port » ?\n\
         Usage : socketlab lesson --port <P|auto> [QUOI]\nPour l’aide : socketlab lesson --help\n",
    ),
    (
        &["lesso"],
        "erreur : la commande « lesso » n’existe pas.\n  Vouliez-vous dire « lesson » ?\n\
         Usage : socketlab [OPTIONS] [COMMANDE]\nPour l’aide : socketlab --help\n",
    ),
    (
        &["5"],
        "erreur : la commande « 5 » n’existe pas.\n  Pour jouer la leçon 5, tapez : socketlab lesson 5\n\
         Usage : socketlab [OPTIONS] [COMMANDE]\nPour l’aide : socketlab --help\n",
    ),
    (
        &["explain"],
        "erreur : il manque « MOT ».\nUsage : socketlab explain <MOT>...\n\
         Pour l’aide : socketlab explain --help\n",
    ),
    (
        &["lesson", "1", "2"],
        "erreur : « 2 » est de trop.\nUsage : socketlab lesson [OPTIONS] [QUOI]\n\
         Pour l’aide : socketlab lesson --help\n",
    ),
    (
        &["lesson", "--port"],
        "erreur : il manque une valeur après « --port <P|auto> ».\nPour l’aide : socketlab lesson --help\n",
    ),
    (
        &["lesson", "1", "--format", "tex"],
        "erreur : « tex » ne convient pas à « --format <FORMAT> ».\n  Vouliez-vous dire « text » ?\n\
         \u{20} Valeurs possibles : « text », « json ».\nPour l’aide : socketlab lesson --help\n",
    ),
    (
        &["lesson", "1", "--auto=oui"],
        "erreur : « --auto » ne prend pas la valeur « oui ».\n  Retirez cette valeur.\n\
         Usage : socketlab lesson --auto [QUOI]\nPour l’aide : socketlab lesson --help\n",
    ),
    (
        &["lesson", "1", "--code", "--auto"],
        "erreur : « --code » ne va pas avec « --auto ».\n  Gardez l’un des deux.\n\
         Usage : socketlab lesson --code <QUOI>\nPour l’aide : socketlab lesson --help\n",
    ),
    (
        &["lesson", "1", "--from", "a", "--from", "b"],
        "erreur : « --from <ÉTAPE> » est donné plusieurs fois.\n  Gardez l’un des deux.\n\
         Usage : socketlab lesson [OPTIONS] [QUOI]\nPour l’aide : socketlab lesson --help\n",
    ),
    (
        &["serve", "--udp", "--http"],
        "erreur : « --udp » ne va pas avec « --http [<CHEMIN>] ».\n  Gardez l’un des deux.\n\
         Usage : socketlab serve --udp\nPour l’aide : socketlab serve --help\n",
    ),
    (
        &["serve", "--bare-lf"],
        "erreur : il manque « --http [<CHEMIN>] ».\n\
         \u{20} --bare-lf et --no-length changent les réponses HTTP : ils demandent --http.\n\
         Usage : socketlab serve --http [<CHEMIN>] --bare-lf\nPour l’aide : socketlab serve --help\n",
    ),
    (
        &["serve", "--never-accept", "--echo", "--once"],
        "erreur : « --never-accept » ne va pas avec « --echo », « --once ».\n  Gardez le premier, ou les autres.\n\
         Usage : socketlab serve --never-accept\nPour l’aide : socketlab serve --help\n",
    ),
    (
        &["serve", "--slow", "vite"],
        "erreur : « vite » ne convient pas à « --slow <DURÉE> » : une durée est un nombre et son unité, ms, s, m ou \
         h : 500ms, 2s, 0,5s, 1m ; sans unité, des secondes.\nPour l’aide : socketlab serve --help\n",
    ),
    (
        &["connect"],
        "erreur : il manque « HÔTE », « PORT ».\nUsage : socketlab connect <HÔTE> <PORT>\n\
         Pour l’aide : socketlab connect --help\n",
    ),
    (
        &["client", "localhost", "http"],
        "erreur : « http » ne convient pas à « PORT » : un port est un nombre de 1 à 65535, par exemple 3001.\n\
         Pour l’aide : socketlab connect --help\n",
    ),
    (
        &["--", "lesson"],
        "erreur : « lesson » est de trop.\n  Si c’est une commande, retirez « -- » devant.\n\
         Usage : socketlab [OPTIONS] [COMMANDE]\nPour l’aide : socketlab --help\n",
    ),
    (
        &["aide", "rien"],
        "erreur : la commande « rien » n’existe pas.\n  Commandes : lesson, list, explain, serve, connect, trace, lint, help.\n",
    ),
    (&["explain", "acept"], "erreur : socketlab ne sait pas expliquer « acept ».\n  Vouliez-vous dire « accept » ?\n"),
    (
        &["explain", "zzzzzzzzzzzz"],
        "erreur : socketlab ne sait pas expliquer « zzzzzzzzzzzz ».\n\
         \u{20} Listes : socketlab explain appels, erreurs, états, signaux, constantes, mots, défauts.\n",
    ),
];

#[test]
fn what_is_refused_is_said_with_its_remedy() {
    for (arguments, message) in REFUSALS {
        Test::new(arguments).refused(2, message);
        assert_french(message);
    }
}

#[test]
fn a_bad_port_is_refused_with_the_range() {
    for port in ["0", "-1", "65536", "70000", "99999999999999999999", "http", "", "3001x", "+1"] {
        let ran = Test::new(&["lesson", "5", "--port", port]).run();
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{port}: {}", ran.stderr);
        assert!(ran.stderr.contains("65535") || port.is_empty(), "{port}: {}", ran.stderr);
        assert!(ran.stderr.contains("--port"), "{port}: {}", ran.stderr);
        assert_french(&ran.stderr);
    }
}

/// What `serve` and `connect` refuse: the arguments, and what the refusal names.
const IMPOSSIBLE: &[(&str, &str)] = &[
    ("serve --echo --chat", "--chat"),
    ("serve --echo --echo", "plusieurs fois"),
    ("serve --udp --mode fork", "--mode"),
    ("serve --udp --unix x", "--unix"),
    ("serve --udp --backlog 5", "--backlog"),
    ("serve --udp --max-clients 2", "--max-clients"),
    ("serve --unix x --port 3001", "--port"),
    ("serve --unix x -6", "--ipv6"),
    ("serve -6 --bind ::1", "--bind"),
    ("serve --close-after 1 --reset-after 1", "--reset-after"),
    ("serve --never-read --save x", "--save"),
    ("serve --never-accept --slow 1s", "--slow"),
    ("serve --never-accept --max-clients 1", "--max-clients"),
    ("serve --no-length --echo", "--echo"),
    ("serve --bare-lf --udp", "--udp"),
    ("serve --drop-client 0", "à partir de 1"),
    ("serve --fragment 0", "à partir de 1"),
    ("serve --max-clients -1", "à partir de 1"),
    ("serve --backlog 2147483648", "2147483647"),
    ("serve --backlog beaucoup", "nombre entier"),
    ("serve --slow 0", "durée nulle"),
    ("serve --slow 25h", "24h"),
    ("serve --bind localhost", "127.0.0.1"),
    ("serve --bind 127.0.0.1:80", "--port"),
    ("serve --greet \\q", "séquence du C"),
    ("serve --greet \\", "barre oblique"),
    ("serve --mode threds", "threads"),
    ("serve 3001", "est de trop"),
    ("connect localhost", "PORT"),
    ("connect localhost 0", "65535"),
    ("connect localhost -1", "65535"),
    ("connect localhost 65536", "65535"),
    ("connect localhost 80 --unix x", "--unix"),
    ("connect --unix x --bind 3002", "--bind"),
    ("connect ::1 80 -4 -6", "--ipv6"),
    ("connect ::1 80 --udp --http /", "--http"),
    ("connect ::1 80 --expect-status 200", "--http"),
    ("connect ::1 80 --head --send x", "--send"),
    ("connect ::1 80 --udp --expect-status 200", "--udp"),
    ("connect ::1 80 --http / --expect-status 1xx", "provisoire"),
    ("connect ::1 80 --http / --expect-status ok", "2xx"),
    ("connect ::1 80 --http / --expect-status 200 --reset", "--reset"),
    ("connect ::1 80 --http / --send x", "--send"),
    ("connect ::1 80 --send x --send-file y", "--send-file"),
    ("connect ::1 80 --reset --half-close", "--half-close"),
    ("connect ::1 80 --udp --reset", "--reset"),
    ("connect ::1 80 --clients 10001", "10000"),
    ("connect ::1 80 --clients 2 --bind 3002", "--clients"),
    ("connect ::1 80 --raw --send x", "--send"),
    ("connect ::1 80 --bind http", "65535"),
    ("connect ::1 80 --timeout jamais", "500ms"),
];

#[test]
fn an_impossible_peer_is_refused() {
    for (line, named) in IMPOSSIBLE {
        let arguments: Vec<&str> = line.split(' ').collect();
        let ran = Test::new(&arguments).run();
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{line}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("erreur\u{a0}: ") && ran.stderr.contains(named), "{line}: {}", ran.stderr);
        assert_french(&ran.stderr);
    }
    for empty in [["--expect", ""], ["--bind", ""], ["--timeout", ""]] {
        let ran = Test::new(&["connect", "::1", "80", empty[0], empty[1]]).run();
        assert_eq!(ran.status, 2, "{empty:?}: {}", ran.stderr);
        assert_french(&ran.stderr);
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let ran = Test::new(&["explain"]).argument(OsString::from_vec(vec![0xe9])).run();
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.starts_with("erreur\u{a0}: un argument n’est pas du texte UTF-8."), "{}", ran.stderr);
    assert_french(&ran.stderr);
}

#[test]
fn what_was_typed_never_reaches_the_terminal_raw() {
    for arguments in [["explain", "\x1b[31mrouge"], ["lesson", "--\x1b]0;x\x07"], ["\x1b[2J", ""], ["help", "\x1b[2J"]]
    {
        let ran = Test::new(&arguments).run();
        assert_eq!(ran.status, 2, "{arguments:?}");
        assert!(!ran.stderr.contains(['\x1b', '\x07']), "{:?}", ran.stderr);
    }
}

#[test]
fn explain_says_what_it_is_on_stdout() {
    for (word, parts) in [
        ("accept", ["accept(2)", "int accept(int fd, struct sockaddr *addr, socklen_t *addrlen);", "man 2 accept"]),
        ("98", ["EADDRINUSE · errno 98", "Adresse déjà utilisée", "Address already in use"]),
        ("TIME_WAIT", ["TIME_WAIT · état de TCP", "60 secondes", "SO_REUSEADDR"]),
        ("-2", ["EAI_NONAME", "gai_strerror", "getaddrinfo"]),
        ("141", ["SIGPIPE", "$?", "MSG_NOSIGNAL"]),
        ("appels", ["#include <sys/socket.h>", "accept", "WTERMSIG"]),
        ("erreurs", ["EPERM", "EHWPOISON", "EAI_NONAME"]),
        ("états", ["LISTEN", "CLOSE_WAIT", "TIME_WAIT"]),
        ("mots", ["backlog", "port éphémère", "zombie"]),
    ] {
        let text = Test::new(&["explain", word]).shown();
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in parts {
            assert!(text.contains(part) || flat.contains(part), "{word}: {part}\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(!text.contains('\x1b'), "no colour on a pipe");
    }
    assert_eq!(Test::new(&["explain", "file", "d'accept"]).shown(), Test::new(&["expliquer", "file d’accept"]).shown());
}

#[test]
fn colour_is_asked_for_or_not_there() {
    let coloured = Test::new(&["explain", "accept", "--color", "always"]).shown();
    assert!(coloured.contains('\x1b'));
    let plain = Test::new(&["explain", "accept", "--color", "never"]).shown();
    assert!(!plain.contains('\x1b'));
    let ascii = Test::new(&["explain", "accept", "--ascii"]).shown();
    assert!(ascii.chars().all(|c| c <= '\u{17f}' && c != '\u{a0}'), "{ascii}");
}

#[test]
fn the_list_is_printed_off_a_terminal() {
    let list = Test::new(&["list"]).shown();
    for arguments in [&[] as &[&str], &["lesson"], &["liste"], &["lesson", "--linear"]] {
        assert_eq!(Test::new(arguments).shown(), list, "{arguments:?}");
    }
    assert!(list.lines().all(|line| line.chars().count() <= 80), "{list}");
}

#[test]
fn the_list_is_one_json_document() {
    let document: serde_json::Value =
        serde_json::from_str(&Test::new(&["list", "--format", "json"]).shown()).expect("one document");
    assert_eq!(document["format"], 1);
    assert!(document["lessons"].is_array());
}

#[test]
fn progress_that_makes_no_sense_is_kept_aside() {
    let test = Test::new(&["list"]);
    fs::create_dir_all(test.state.path().join("socketlab")).expect("a folder");
    fs::write(test.progress_file(), b"\xffdu bruit").expect("written");
    let ran = test.run();
    assert_eq!(ran.status, 0);
    assert!(ran.stderr.contains("progression.toml.1"), "{}", ran.stderr);
    assert_eq!(fs::read(test.state.path().join("socketlab/progression.toml.1")).expect("kept"), b"\xffdu bruit");
    assert_eq!(test.run().stderr, "", "said once");
}

#[test]
fn without_a_home_the_list_is_still_printed() {
    let ran = Test::new(&["list"]).with("XDG_STATE_HOME", "").with("HOME", "").run();
    assert_eq!(ran.status, 0);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("HOME"));
}

#[test]
fn a_full_disk_is_five_and_says_so() {
    for arguments in [["explain", "appels"], ["list", "--ascii"], ["help", "lesson"]] {
        let full = File::options().write(true).open("/dev/full").expect("/dev/full");
        let output = Test::new(&arguments).command().stdout(full).output().expect("socketlab starts");
        assert_eq!(output.status.code(), Some(5), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("ENOSPC"));
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    for arguments in [["explain", "erreurs"], ["list", "--ascii"], ["help", "lesson"]] {
        let test = Test::new(&arguments);
        let mut child = test.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("socketlab starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()), "{arguments:?}");
    }
}

#[test]
fn a_closed_stderr_is_no_fault() {
    let mut child = Test::new(&["lesso"]).command().stderr(Stdio::piped()).spawn().expect("socketlab starts");
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(2));
}

/// socketlab on a terminal of its own.
struct Terminal {
    master: File,
    child: Child,
    seen: String,
}

/// How long a terminal may stay silent, in milliseconds.
const PATIENCE: u16 = 10_000;

impl Terminal {
    /// setsid(1) gives the terminal to socketlab; `None` where the machine has no setsid.
    fn open(test: &Test) -> Option<Terminal> {
        if !Path::new("/usr/bin/setsid").exists() {
            assert!(std::env::var_os("CI").is_none(), "setsid is missing");
            println!("non exécuté\u{a0}: setsid (util-linux) est absent");
            return None;
        }
        let pty = openpty(None, None).expect("a pseudo-terminal");
        let end = |slave: &OwnedFd| Stdio::from(slave.try_clone().expect("a copy"));
        let program = test.command();
        let mut command = Command::new("/usr/bin/setsid");
        command.args(["--ctty", "--wait"]).arg(program.get_program()).args(program.get_args());
        command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.stdin(end(&pty.slave)).stdout(end(&pty.slave)).stderr(end(&pty.slave));
        let child = command.spawn().expect("setsid starts");
        Some(Terminal { master: File::from(pty.master), child, seen: String::new() })
    }

    fn wait_for(&mut self, text: &str) {
        while !self.seen.contains(text) {
            assert!(self.read(), "{text:?} never came:\n{}", self.seen);
        }
    }

    /// Reads what comes; `false` at the end, or when nothing came in time.
    fn read(&mut self) -> bool {
        let mut ready = [PollFd::new(self.master.as_fd(), PollFlags::POLLIN)];
        if poll(&mut ready, PollTimeout::from(PATIENCE)).expect("poll") == 0 {
            return false;
        }
        let mut bytes = [0; 4096];
        let count = self.master.read(&mut bytes).unwrap_or(0);
        self.seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
        count > 0
    }

    fn keys(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).expect("typed");
    }

    fn end(mut self) -> (ExitStatus, String) {
        while self.read() {}
        (self.child.wait().expect("it ends"), self.seen.clone())
    }
}

/// A terminal that hangs up ends what it holds.
impl Drop for Terminal {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

#[test]
fn the_menu_opens_and_is_left() {
    for (key, code) in [("q", 0), ("\x1b", 0), ("\x03", 130)] {
        let test = Test::new(&["--color", "never"]);
        let Some(mut terminal) = Terminal::open(&test) else { return };
        terminal.wait_for("Quelle leçon");
        terminal.wait_for("> ");
        terminal.keys(key);
        let (status, seen) = terminal.end();
        assert_eq!(status.code(), Some(code), "{key:?}: {seen}");
        let shown = seen.rfind("\x1b[?25h");
        assert!(shown.is_some() && shown > seen.rfind("\x1b[?25l"), "the cursor is back: {seen:?}");
    }
}

#[test]
fn no_menu_where_nothing_may_be_repainted() {
    let list = Test::new(&["list"]).shown();
    let titles: Vec<&str> = list.lines().take(2).map(str::trim).collect();
    for test in [Test::new(&["--linear", "--color", "never"]), Test::new(&[]).with("TERM", "dumb")] {
        let Some(terminal) = Terminal::open(&test) else { return };
        let (status, seen) = terminal.end();
        assert_eq!(status.code(), Some(0));
        assert!(titles.iter().all(|title| seen.contains(title)), "{seen}");
        assert!(!seen.contains("Quelle leçon"));
    }
}
