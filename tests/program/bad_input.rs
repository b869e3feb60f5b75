//! Wrong command lines, wrong files, poor machines: one clear sentence in French, the exit code of the contract, and
//! never a panic.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::binary::{self, Ended, PublicCopy, public_folder, socketlab};
use crate::support::{again, events, forget_the_caller, has, network, not_run, root};

const USAGE: i32 = 2;
const CONTENT: i32 = 3;
const MACHINE: i32 = 4;
const IO: i32 = 5;

/// What a person must never read: words of the tools underneath.
const FOREIGN: &[&str] = &[
    "panicked",
    "RUST_BACKTRACE",
    "os error",
    "No such file",
    "Permission denied",
    "Is a directory",
    "stream did not",
    "défaut du programme",
    "error:",
    "unexpected",
    "invalid",
];

/// Refused with this code, in a sentence that names each of these.
fn assert_refused(ended: &Ended, code: i32, named: &[&str]) {
    assert_eq!(ended.code(), Some(code), "{}", ended.whole());
    let errors = ended.errors();
    assert!(!errors.trim().is_empty(), "nothing on stderr: {}", ended.whole());
    assert_french(&errors);
    for name in named {
        assert!(errors.contains(name), "« {name} » is not named in:\n{errors}");
    }
}

fn assert_french(errors: &str) {
    for word in FOREIGN {
        assert!(!errors.contains(word), "« {word} » in:\n{errors}");
    }
    assert!(!errors.contains('\u{1b}'), "an escape sequence in a pipe:\n{errors}");
    let longest = errors.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    assert!(longest < 400, "a line of {longest} characters:\n{errors}");
}

/// Played to its end as the lesson says.
fn assert_played(ended: &Ended) {
    assert_eq!(ended.code(), Some(0), "{}", ended.whole());
    let surprises = events::surprises(&ended.events());
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

fn refused(arguments: &[&str], code: i32, named: &[&str]) {
    assert_refused(&binary::run(&mut socketlab(arguments)), code, named);
}

const LESSON_5: [&str; 5] = ["lesson", "5", "--auto", "--format", "json"];

/// Runs socketlab through a line of shell, in which `"$@"` is the whole command.
fn through_shell(line: &str, arguments: &[&str]) -> Ended {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", line, "sh"]).arg(binary::path()).args(arguments).stdin(Stdio::null());
    binary::settled(&mut shell);
    binary::run(&mut shell)
}

#[test]
fn what_does_not_exist_is_named() {
    refused(&["lesson", "99", "--auto"], USAGE, &["99"]);
    refused(&["lesson", "-1", "--auto"], USAGE, &["-1"]);
    refused(&["lesson", "4294967296", "--auto"], USAGE, &["4294967296"]);
    refused(&["lesson", "acept", "--auto"], USAGE, &["acept", "accept"]);
    refused(&["lesson", "./nulle-part.md", "--auto"], USAGE, &["nulle-part.md"]);
    refused(&["lesson", "5", "--auto", "--from", "nulle-part"], USAGE, &["nulle-part", "file-vide"]);
    refused(&["lesson", "5", "--auto", "--from", "99"], USAGE, &["99", "file-vide"]);
    refused(&["lesson", "5", "--auto", "--from", "0"], USAGE, &["0"]);
    refused(&["lesson", "5", "--auto", "--from", ""], USAGE, &[]);
    refused(&["lesson", "5", "--auto", "--lessons", "/nulle/part"], USAGE, &["/nulle/part"]);
    refused(&["list", "--lessons", "/nulle/part"], USAGE, &["/nulle/part"]);
    refused(&["leson", "5"], USAGE, &["leson", "lesson"]);
    refused(&["lesson", "5", "--ato"], USAGE, &["--ato", "--auto"]);
    refused(&["lesson", "5", "--format", "xml"], USAGE, &["xml", "json"]);
    refused(&["explain", "EADRINUSE"], USAGE, &["EADRINUSE", "EADDRINUSE"]);
    refused(&["explain"], USAGE, &[]);
    refused(&["lint", "/nulle/part.md"], USAGE, &["/nulle/part.md"]);
}

#[test]
fn a_port_is_a_port() {
    for (port, named) in
        [("0", "0"), ("70000", "65535"), ("-1", "65535"), ("http", "auto"), ("", "auto"), ("3001x", "auto")]
    {
        refused(&["lesson", "5", "--auto", "--port", port], USAGE, &[named]);
    }
    refused(&["lesson", "5", "--auto", "--port"], USAGE, &["--port"]);
}

#[test]
fn a_taken_port_names_who_has_it() {
    network::private("a_taken_port_names_who_has_it", || {
        let _taken = TcpListener::bind("0.0.0.0:3001").unwrap();
        let pid = std::process::id().to_string();
        refused(&["lesson", "5", "--auto", "--port", "3001"], MACHINE, &["3001", &pid]);
        // Another account sees no pid: it is told the account.
        if root() {
            let copy = PublicCopy::new();
            let mut command = copy.socketlab(&["lesson", "5", "--auto", "--port", "3001"]);
            assert_refused(&binary::run(&mut command), MACHINE, &["3001", "root"]);
        }
        // A free one is taken where nothing was asked for.
        assert_played(&binary::run(&mut socketlab(&[&LESSON_5[..], &["--port", "auto"]].concat())));
    });
}

/// A lesson that has chosen its port, as its first event says, and waits for its reader.
fn stalled(arguments: &[&str]) -> (Child, u64) {
    let mut child = socketlab(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    nix::fcntl::fcntl(&stdout, nix::fcntl::FcntlArg::F_SETPIPE_SZ(4096)).unwrap();
    let mut reader = BufReader::with_capacity(1, stdout);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let started: serde_json::Value = serde_json::from_str(&line).unwrap();
    child.stdout = Some(reader.into_inner());
    (child, started["port"].as_u64().unwrap())
}

#[test]
fn lessons_at_once_on_one_network_have_a_port_each() {
    network::private("lessons_at_once_on_one_network_have_a_port_each", || {
        let auto = [&LESSON_5[..], &["--port", "auto"]].concat();
        let (mut first, port) = stalled(&auto);
        assert_played(&binary::run(&mut socketlab(&auto)));
        let asked = port.to_string();
        refused(&["lesson", "5", "--auto", "--port", &asked], MACHINE, &[&asked]);
        first.kill().unwrap();
        first.wait().unwrap();
    });
}

/// A lesson's file that holds this.
fn content(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_file_that_is_no_lesson_is_refused() {
    let folder = public_folder();
    let binary: Vec<u8> = (0..20_000_u32).map(|number| u8::try_from(number * 7919 % 256).unwrap()).collect();
    let nested =
        format!("{HEADING}\n## Une\n\n```c seul\nint a = {}1{};\n```\n", "(".repeat(50_000), ")".repeat(50_000));
    let quoted = format!("{HEADING}\n## Une\n\n{} fin\n", ">".repeat(50_000));
    let unclosed = format!("{HEADING}\n## Une\n\n```c seul\nint a = 1;\n");
    let files = [
        ("vide.md", Vec::new()),
        ("espaces.md", b" \n\n\t\n".to_vec()),
        ("binaire.md", binary),
        ("zeros.md", vec![0; 4096]),
        ("imbrique.md", nested.into_bytes()),
        ("citations.md", quoted.into_bytes()),
        ("non-ferme.md", unclosed.into_bytes()),
        ("texte.md", b"# Un fichier Markdown\n\nSans en-t\xc3\xaate.\n".to_vec()),
        ("latin1.md", b"+++\nformat = 1\ntitre = \"\xe9\"\n+++\n".to_vec()),
    ];
    for (name, bytes) in files {
        let path = content(folder.path(), name, &bytes);
        println!("{name}");
        refused(&["lesson", &path, "--auto"], CONTENT, &[name]);
        assert_remarked(&path, name);
    }
}

/// `lint` writes its remarks on stdout: they are what was asked for.
fn assert_remarked(path: &str, name: &str) {
    let ended = binary::run(&mut socketlab(&["lint", path]));
    assert_eq!(ended.code(), Some(CONTENT), "{}", ended.whole());
    assert!(ended.text().contains(name), "{}", ended.whole());
    assert_french(&ended.text());
    assert_eq!(ended.errors(), "");
}

#[test]
fn lessons_of_one_folder_do_not_share_a_number() {
    let folder = public_folder();
    let original = fs::read_to_string(
        fs::read_dir("lessons")
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.file_name().unwrap().to_str().unwrap().starts_with("01-"))
            .unwrap(),
    )
    .unwrap();
    let changed = original.replace("prerequis = [", "prerequis = [98, ");
    assert_ne!(original, changed);
    content(folder.path(), "un.md", original.as_bytes());
    content(folder.path(), "autre.md", changed.as_bytes());
    let ended = binary::run(&mut socketlab(&["lint", folder.path().to_str().unwrap()]));
    assert_eq!(ended.code(), Some(CONTENT), "{}", ended.whole());
    let text = ended.text();
    assert_eq!(text.matches("déjà le numéro 1").count(), 2, "{text}");
    assert_eq!(text.matches("déjà le nom court").count(), 2, "{text}");
    assert_eq!(text.matches("le numéro 98").count(), 1, "{text}");
}

/// A page of a folder of lessons, made of that of the program.
fn page(folder: &Path, name: &str, (from, to): (&str, &str)) -> String {
    let text = fs::read_to_string(Path::new("lessons").join(name)).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
    content(folder, name, text.replacen(from, to, 1).as_bytes())
}

#[test]
fn a_page_of_a_folder_is_explained_in_place_of_ours() {
    let folder = public_folder();
    let path = folder.path().to_str().unwrap();
    page(folder.path(), "dictionnaire/appels/accept.md", ("Retire la première", "Prend la plus ancienne"));
    page(folder.path(), "constats/zombie.md", ("titre = \"", "titre = \"Cher lecteur, "));
    for (word, text) in
        [("accept", "Prend la plus ancienne"), ("request-not-read", "défaut"), ("zombie", "Cher lecteur")]
    {
        let ended = binary::run(&mut socketlab(&["explain", word, "--lessons", path]));
        assert_eq!(ended.code(), Some(0), "{}", ended.whole());
        assert!(ended.text().contains(text), "{}", ended.whole());
    }
    let ended = binary::run(&mut socketlab(&["lint", path]));
    assert_eq!(ended.code(), Some(0), "{}", ended.whole());
    assert_eq!(ended.text(), "2 pages vérifiées\u{a0}: rien à redire.\n");
}

#[test]
fn a_page_that_is_badly_written_is_refused() {
    let folder = public_folder();
    let path = folder.path().to_str().unwrap();
    let own = page(folder.path(), "dictionnaire/appels/accept.md", ("## Résultat", "## Resultat"));
    let asked = ["explain", "accept", "--lessons", path];
    refused(&asked, CONTENT, &["accept.md:21:4:", "Resultat", "Vouliez-vous dire"]);
    assert_remarked(&own, "accept.md:21:4:");
    let severity = page(folder.path(), "constats/zombie.md", ("gravite = \"défaut\"", "gravite = \"conseil\""));
    assert_remarked(&severity, "défaut");
    fs::remove_file(folder.path().join("dictionnaire/appels/accept.md")).unwrap();
    let ended = binary::run(&mut socketlab(&asked));
    assert_eq!(ended.code(), Some(0), "{}", ended.whole());
    content(folder.path(), "constats/rien.md", b"+++\nformat = 1\n+++\n");
    assert_remarked(folder.path().to_str().unwrap(), "socketlab ne connaît pas");
}

const HEADING: &str = r#"+++
format = 1
numero = 90
slug = "seul"
titre = "Seul"
resume = "Un essai."
minutes = 5
acteurs = ["seul"]
objectifs = ["essayer"]
+++
"#;

#[test]
fn a_huge_file_is_refused_at_once() {
    let folder = public_folder();
    let path = folder.path().join("immense.md");
    let file = fs::File::create(&path).unwrap();
    file.set_len(1 << 33).unwrap();
    let path = path.to_str().unwrap();
    refused(&["lesson", path, "--auto"], CONTENT, &["immense.md"]);
    assert_remarked(path, "immense.md");
}

#[test]
fn endless_files_are_refused() {
    refused(&["lesson", "/dev/zero", "--auto"], USAGE, &["/dev/zero"]);
    refused(&["lesson", "/dev/null", "--auto"], USAGE, &["/dev/null"]);
}

#[test]
fn a_folder_is_no_lesson() {
    let folder = public_folder();
    let path = folder.path().join("dossier.md");
    fs::create_dir(&path).unwrap();
    refused(&["lesson", path.to_str().unwrap(), "--auto"], USAGE, &["dossier.md"]);
    let empty = folder.path().to_str().unwrap();
    refused(&["list", "--lessons", empty], USAGE, &[empty]);
}

#[test]
fn an_unreadable_file_is_refused() {
    let copy = PublicCopy::new();
    let path = content(copy.folder(), "secret.md", HEADING.as_bytes());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let ended = binary::run(&mut copy.socketlab(&["lesson", &path, "--auto"]));
    assert_refused(&ended, IO, &["secret.md", "EACCES"]);
    let ended = binary::run(&mut copy.socketlab(&["lint", &path]));
    assert_refused(&ended, IO, &["secret.md", "EACCES"]);
}

#[test]
fn bytes_of_a_file_s_name_never_reach_the_terminal() {
    let folder = public_folder();
    let path = content(folder.path(), "a\u{1b}[31m\u{7}b.md", b"");
    let ended = binary::run(&mut socketlab(&["lesson", &path, "--auto"]));
    assert_refused(&ended, CONTENT, &[]);
    assert!(!ended.errors().contains('\u{7}'), "{:?}", ended.errors());
}

#[test]
fn closed_standard_streams_are_no_trouble() {
    assert_played(&through_shell(r#"exec "$@" <&-"#, &LESSON_5));
    assert_played(&through_shell(r#"exec "$@" 2>&-"#, &LESSON_5));
    let ended = through_shell(r#"exec "$@" >&-"#, &["lesson", "1", "--auto"]);
    assert!(matches!(ended.code(), Some(0 | IO)), "{}", ended.whole());
    assert_french(&ended.errors());
    let ended = through_shell(r#"exec "$@" <&- >&- 2>&-"#, &["lesson", "5", "--auto"]);
    assert!(matches!(ended.code(), Some(0 | IO)), "{}", ended.whole());
}

#[test]
fn ignored_signals_are_no_trouble() {
    assert_played(&through_shell(r#"trap '' INT HUP TERM; exec "$@""#, &LESSON_5));
}

/// Under nohup(1), or behind `&` in a script, the programs of the tests can still be interrupted.
#[test]
fn the_tests_pass_on_no_ignored_signal() {
    const NAME: &str = "the_tests_pass_on_no_ignored_signal";
    const MARK: &str = "SOCKETLAB_TEST_IGNORED";
    forget_the_caller();
    if env::var_os(MARK).is_none() {
        let again = again(NAME);
        let mut shell = Command::new("sh");
        shell.args(["-c", r#"trap '' INT QUIT HUP TERM; exec "$@""#, "sh"]);
        shell.arg(env::current_exe().unwrap()).args(again.get_args()).env(MARK, "1");
        let ended = binary::run(&mut shell);
        assert_eq!(ended.code(), Some(0), "{}", ended.whole());
        return;
    }
    let status = binary::run(Command::new("grep").args(["^SigIgn:", "/proc/self/status"])).text();
    let ignored = u64::from_str_radix(status.trim_start_matches("SigIgn:").trim(), 16).unwrap();
    // SIGHUP, SIGINT, SIGQUIT, SIGTERM: bit N - 1 (proc_pid_status(5)).
    assert_eq!(ignored & 0b100_0000_0000_0111, 0, "{status}");
}

#[test]
fn without_a_terminal_the_menu_is_a_list() {
    let ended = binary::run(&mut socketlab::<&str>(&[]));
    assert_eq!(ended.code(), Some(0), "{}", ended.whole());
    assert!(ended.text().contains("Accepter une connexion"), "{}", ended.whole());
}

#[test]
fn a_full_disk_is_said() {
    let ended = through_shell(r#"exec "$@" >/dev/full"#, &["lesson", "1", "--auto"]);
    assert_refused(&ended, IO, &["ENOSPC"]);
    let ended = through_shell(r#"exec "$@" >/dev/full"#, &LESSON_5);
    assert_refused(&ended, IO, &["ENOSPC"]);
    let ended = through_shell(r#"exec "$@" >/dev/full"#, &["list"]);
    assert_refused(&ended, IO, &["ENOSPC"]);
}

#[test]
fn inherited_descriptors_change_nothing() {
    let line = r#"exec "$@" 3</dev/null 4</dev/null 5>/dev/null 6</dev/null 7</dev/null 8</dev/null 9>/dev/null"#;
    assert_played(&through_shell(line, &LESSON_5));
    assert_played(&through_shell(line, &["lesson", "1", "--auto", "--format", "json"]));
}

#[test]
fn sixty_four_descriptors_are_enough() {
    for lesson in ["1", "4", "5", "6"] {
        let arguments = ["lesson", lesson, "--auto", "--format", "json"];
        assert_played(&through_shell(r#"ulimit -n 64; exec "$@""#, &arguments));
    }
}

#[test]
fn too_few_descriptors_are_said() {
    for limit in [24, 16, 10, 6, 4] {
        let ended = through_shell(&format!(r#"ulimit -n {limit}; exec "$@""#), &LESSON_5);
        println!("ulimit -n {limit}: {:?}", ended.code());
        match ended.code() {
            Some(0) => assert_played(&ended),
            Some(MACHINE | IO) => assert_french(&ended.errors()),
            // Below what the loader itself needs, no program of ours runs.
            Some(127) if limit <= 4 => {}
            _ => panic!("ulimit -n {limit}: {}", ended.whole()),
        }
    }
}

#[test]
fn no_more_processes_are_said() {
    if !root() {
        return not_run("limiter les processus d’un autre compte demande root");
    }
    let copy = PublicCopy::new();
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", r#"ulimit -u 1 2>/dev/null || ulimit -p 1; exec "$@""#, "sh"]).arg(&copy.binary).args(LESSON_5);
    shell.stdin(Stdio::null()).current_dir("/");
    binary::ordinary(&mut shell);
    let ended = binary::run(&mut shell);
    assert_refused(&ended, MACHINE, &["EAGAIN"]);
}

#[test]
fn without_a_locale_french_stays_whole() {
    let names = ["LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANGUAGE"];
    for locale in [None, Some("C"), Some("POSIX"), Some("xx_YY.ISO-8859-1")] {
        let mut command = socketlab(&["lesson", "5", "--auto"]);
        for name in names {
            match locale {
                None => command.env_remove(name),
                Some(locale) => command.env(name, locale),
            };
        }
        let ended = binary::run(&mut command);
        assert_eq!(ended.code(), Some(0), "{}", ended.whole());
        assert!(ended.text().contains("Mauvais descripteur de fichier"), "EBADF in French: {}", ended.text());
    }
    let mut command = socketlab(&LESSON_5);
    command.env_clear();
    assert_played(&binary::run(&mut command));
}

#[test]
fn without_proc_the_remedy_is_given() {
    if !root() {
        return not_run("masquer /proc demande root");
    }
    if !has("unshare") {
        return;
    }
    let hidden = r#"mount -t tmpfs vide /proc && exec "$@""#;
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "sh", "-c", hidden, "sh"]).arg(binary::path()).args(["lesson", "5", "--auto"]);
    unshare.stdin(Stdio::null());
    binary::settled(&mut unshare);
    let ended = binary::run(&mut unshare);
    if ended.errors().contains("unshare:") || ended.errors().contains("mount:") {
        return not_run("monter est refusé");
    }
    assert_refused(&ended, MACHINE, &["/proc"]);
}

#[test]
fn without_ipv6_the_lessons_go_on() {
    network::private("without_ipv6_the_lessons_go_on", || {
        let switch = "/proc/sys/net/ipv6/conf/all/disable_ipv6";
        match fs::write(switch, "1") {
            Err(error) if error.kind() == io::ErrorKind::NotFound => println!("IPv6 is not even there"),
            written => written.unwrap(),
        }
        for lesson in ["0", "3", "5", "6"] {
            let arguments = ["lesson", lesson, "--auto", "--format", "json", "--port", "auto"];
            assert_played(&binary::run(&mut socketlab(&arguments)));
        }
    });
}

/// Where no namespace may be made, the machine's own network serves, on free ports, and it is said.
#[test]
fn without_namespaces_free_ports_serve() {
    network::private("without_namespaces_free_ports_serve", || {
        if !root() {
            return not_run("interdire les espaces de noms demande root");
        }
        let copy = PublicCopy::new();
        let mut unshare = Command::new("unshare");
        // In a user namespace of its own, whose limit is zero, nobody makes a network.
        let line =
            r#"echo 0 > /proc/sys/user/max_user_namespaces; echo 0 > /proc/sys/user/max_net_namespaces; exec "$@""#;
        unshare.args(["--user", "--map-root-user", "sh", "-c", line, "sh"]).arg(&copy.binary).args(LESSON_5);
        unshare.stdin(Stdio::null()).current_dir("/");
        binary::settled(&mut unshare);
        let ended = binary::run(&mut unshare);
        if ended.errors().contains("unshare:") || ended.errors().contains("cannot create") {
            return not_run("un espace d’utilisateurs est refusé");
        }
        assert_played(&ended);
        assert_eq!(ended.events()[0]["network"], "free-ports", "{}", ended.text());
    });
}
