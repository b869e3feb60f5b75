//! `socketlab serve` met by clients that are not ours: nc, Ncat, socat, curl, wrk, Python, a browser; and what goes
//! wrong around it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::binary::{self, Ended, PublicCopy, public_folder, socketlab};
use crate::support::served::Served;
use crate::support::{LIMIT, events, has, root, until};

const MODES: [&str; 5] = ["iterative", "fork", "threads", "poll", "epoll"];

/// Runs a program with this on its standard input; what it wrote.
fn fed(program: &str, arguments: &[&str], input: &[u8]) -> Ended {
    let mut command = Command::new(program);
    command.args(arguments);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("input");
    fs::write(&file, input).unwrap();
    command.stdin(Stdio::from(fs::File::open(&file).unwrap()));
    binary::run(&mut command)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn netcats_hear_their_echo_in_every_mode() {
    if !(has("nc") && has("ncat") && has("socat")) {
        return;
    }
    for mode in MODES {
        let server = Served::start(&["--mode", mode]);
        let port = server.port.to_string();
        let input = b"bonjour\n\x1b[31mrouge\x00\xff\n".as_slice();
        let address = format!("TCP:127.0.0.1:{port}");
        let clients: [(&str, &[&str]); 3] = [
            ("nc", &["-N", "127.0.0.1", &port]),
            ("ncat", &["127.0.0.1", &port]),
            ("socat", &["-t", "60", "-", &address]),
        ];
        for (program, arguments) in clients {
            let ended = fed(program, arguments, input);
            assert_eq!(ended.stdout, input, "{mode} {program}: {}", ended.whole());
        }
        let over = server.stop();
        let last = over.well();
        assert_eq!((last["clients"].as_u64(), last["received"].as_u64()), (Some(3), Some(63)), "{mode}: {last}");
        assert_eq!(last["sent"].as_u64(), Some(63));
    }
}

#[test]
fn a_unix_socket_and_udp_are_served_too() {
    let folder = public_folder();
    let path = folder.path().join("s");
    let shown = path.to_str().unwrap();
    let mut server = Served::of(&mut socketlab(&["serve", "--format", "json", "--unix", shown]));
    let mut client = UnixStream::connect(&path).unwrap();
    client.write_all(b"salut").unwrap();
    let mut echo = [0; 5];
    client.read_exact(&mut echo).unwrap();
    assert_eq!(&echo, b"salut");
    drop(client);
    server.await_event(|event| events::kind(event) == "client-gone");
    server.stop().well();
    assert!(!path.exists(), "the socket file is left behind");

    let server = Served::start(&["--udp"]);
    let client = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    client.connect(server.address()).unwrap();
    client.send(b"salut").unwrap();
    let mut echo = [0; 16];
    assert_eq!(client.recv(&mut echo).unwrap(), 5);
    assert_eq!(server.stop().well()["clients"], 1);
}

#[test]
fn a_port_that_is_taken_is_explained() {
    let taken = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for quiet in [&[][..], &["--quiet"]] {
        let ended = binary::run(&mut socketlab(&[&["serve", "--greet", "un deux", "--port", &port], quiet].concat()));
        assert_eq!(ended.code(), Some(4), "{}", ended.whole());
        let errors = ended.errors();
        let pid = std::process::id().to_string();
        assert!(errors.contains(&port) && errors.contains(&pid) && errors.contains("EADDRINUSE"), "{errors}");
        assert!(errors.contains("socketlab serve --greet 'un deux'"), "the command to type is whole: {errors}");
    }
}

#[test]
fn a_reserved_port_is_explained_to_who_may_not() {
    let copy = PublicCopy::new();
    let ended = binary::run(&mut copy.socketlab(&["serve", "--port", "80"]));
    if ended.code() == Some(4) {
        assert!(ended.errors().contains("80") && ended.errors().contains("EACCES"), "{}", ended.whole());
    } else {
        panic!("{}", ended.whole());
    }
}

#[test]
fn a_full_disk_stops_the_saving_and_not_the_server() {
    full_disk(&[]);
    full_disk(&["--quiet"]);
    full_disk(&["--mode", "fork"]);
    full_disk(&["--mode", "fork", "--quiet"]);
}

fn full_disk(more: &[&str]) {
    let mut server = Served::start(&[&["--save", "/dev/full"], more].concat());
    for _ in 0..2 {
        let mut client = TcpStream::connect(server.address()).unwrap();
        client.write_all(b"salut").unwrap();
        client.shutdown(std::net::Shutdown::Write).unwrap();
        let mut echo = Vec::new();
        client.read_to_end(&mut echo).unwrap();
        assert_eq!(echo, b"salut");
    }
    let note = server.await_event(|event| event["kind"] == "saving-stopped");
    assert_eq!(note["errno"], 28, "{note}");
    let over = server.stop();
    assert_eq!(over.status.code(), Some(5), "{}", over.errors);
    assert_eq!(over.of_kind("peer-note").filter(|event| event["kind"] == "saving-stopped").count(), 1);
    let finished = over.of_kind("serve-finished").next().unwrap();
    assert_eq!((&finished["unsaved"], &finished["errors"]), (&10.into(), &1.into()), "{finished}");
}

#[test]
fn files_that_cannot_be_written_are_refused_at_once() {
    let folder = public_folder();
    let fifo = folder.path().join("fifo");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    for path in [fifo.to_str().unwrap(), folder.path().to_str().unwrap(), "/nulle/part"] {
        let ended = binary::run(&mut socketlab(&["serve", "--port", "auto", "--save", path]));
        assert_eq!(ended.code(), Some(5), "{}", ended.whole());
        assert!(ended.errors().contains(path), "{}", ended.whole());
    }
}

#[test]
fn paths_that_no_socket_may_take_are_explained() {
    let folder = public_folder();
    let file = folder.path().join("fichier");
    fs::write(&file, "x").unwrap();
    let long = folder.path().join("l".repeat(120));
    for (path, named) in [(&file, "pas un fichier socket"), (&long, "107")] {
        let ended = binary::run(&mut socketlab(&["serve", "--unix", path.to_str().unwrap()]));
        assert_eq!(ended.code(), Some(4), "{}", ended.whole());
        assert!(ended.errors().contains(named), "{}", ended.whole());
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "x");
}

#[test]
fn what_clients_send_is_saved() {
    let folder = public_folder();
    let file = folder.path().join("recu.bin");
    let server = Served::start(&["--silent", "--once", "--save", file.to_str().unwrap()]);
    let mut client = TcpStream::connect(server.address()).unwrap();
    client.write_all(b"a\0b\xffc").unwrap();
    drop(client);
    server.end().well();
    assert_eq!(fs::read(&file).unwrap(), b"a\0b\xffc");
}

#[test]
fn the_first_socket_is_number_three_and_what_is_socketlab_s_own_is_hidden() {
    let mut server = Served::start(&[]);
    let view = server.await_event(|event| events::kind(event) == "kernel");
    let rows: Vec<(i64, String)> = view["sockets"]
        .as_array()
        .unwrap()
        .iter()
        // Nobody's any more: what is left of another test's connection.
        .filter_map(|row| Some((row["fd"].as_i64()?, row["state"].as_str().unwrap_or_default().to_owned())))
        .collect();
    assert_eq!(rows, [(3, "LISTEN".to_owned())]);
    let mut client = TcpStream::connect(server.address()).unwrap();
    client.write_all(b"x").unwrap();
    let accepted = server.await_event(|event| event["call"] == "accept" && events::kind(event) == "returned");
    assert_eq!(accepted["result"], 4);
    server.stop().well();
}

/// The reader is gone; the next thing to tell meets a closed pipe.
#[test]
fn a_closed_pipe_ends_the_server_quietly() {
    let mut server = socketlab(&["serve", "--format", "json", "--port", "auto"]);
    let mut server = server.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(server.stdout.take().unwrap());
    let errors = binary::gather(server.stderr.take());
    let port = (&mut reader).lines().map_while(Result::ok).find_map(|line| {
        let event: serde_json::Value = serde_json::from_str(&line).unwrap();
        let address = event["address"].as_str().filter(|_| event["event"] == "listening")?;
        address.rsplit(':').next()?.parse::<u16>().ok()
    });
    drop(reader);
    let _served_or_not = TcpStream::connect(("127.0.0.1", port.unwrap())).and_then(|mut client| client.write_all(b"x"));
    let status = binary::wait(&mut server, LIMIT).expect("the server ends");
    assert_eq!((status.code(), binary::gathered(&errors)), (Some(0), Vec::new()));
}

#[test]
fn nothing_is_left_after_sigkill_in_any_mode() {
    for mode in MODES {
        let server = Served::start(&["--mode", mode]);
        let mut client = TcpStream::connect(server.address()).unwrap();
        client.write_all(b"x").unwrap();
        let mut echo = [0];
        client.read_exact(&mut echo).unwrap();
        nix::sys::signal::kill(server.pid(), nix::sys::signal::Signal::SIGKILL).unwrap();
        // A forked child dies with its parent, and closes the connection.
        let mut rest = Vec::new();
        let _closed_or_reset = client.read_to_end(&mut rest);
        let address = server.address();
        server.await_end();
        assert!(TcpStream::connect(address).is_err(), "{mode}: somebody still listens");
    }
}

fn get(server: &Served, path: &str) -> Ended {
    binary::run(Command::new("curl").args(["-sS", "-i", "--max-time", "60"]).arg(server.url(path)))
}

fn site() -> tempfile::TempDir {
    let folder = public_folder();
    fs::write(folder.path().join("index.html"), "<!doctype html><title>Essai</title><h1 id=t>Bonjour</h1>").unwrap();
    fs::write(folder.path().join("grand.bin"), vec![b'x'; 3_000_000]).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("dehors")).unwrap();
    folder
}

fn serve_site(folder: &Path, more: &[&str]) -> Served {
    Served::start(&[&["--http", folder.to_str().unwrap()], more].concat())
}

#[test]
fn curl_reads_pages_in_every_mode() {
    if !has("curl") {
        return;
    }
    let folder = site();
    for mode in MODES {
        let server = serve_site(folder.path(), &["--mode", mode]);
        let page = get(&server, "/").text();
        assert!(page.starts_with("HTTP/1.1 200 ") && page.contains("Bonjour"), "{mode}: {page}");
        assert!(get(&server, "/rien").text().starts_with("HTTP/1.1 404 "));
        assert!(get(&server, "/dehors").text().starts_with("HTTP/1.1 404 "));
        assert!(get(&server, "/%2e%2e/etc/passwd").text().starts_with("HTTP/1.1 40"));
        let big =
            Command::new("curl").args(["-sS", "--max-time", "60"]).arg(server.url("/grand.bin")).output().unwrap();
        assert_eq!(big.stdout.len(), 3_000_000, "{mode}: {}", text(&big.stderr));
        let head =
            Command::new("curl").args(["-sSI", "--max-time", "60"]).arg(server.url("/grand.bin")).output().unwrap();
        assert!(text(&head.stdout).to_lowercase().contains("content-length: 3000000"), "{}", text(&head.stdout));
        server.stop().well();
    }
}

#[test]
fn misbehaving_answers_are_what_curl_says_they_are() {
    if !has("curl") {
        return;
    }
    let folder = site();
    let cases: [(&[&str], bool, &str); 4] = [
        (&["--no-length"], true, "Bonjour"),
        (&["--fragment", "1"], true, "Bonjour"),
        (&["--bare-lf"], true, "Bonjour"),
        (&["--close-after", "200"], false, ""),
    ];
    for (manners, good, wanted) in cases {
        let server = serve_site(folder.path(), manners);
        let ended = get(&server, "/");
        assert_eq!(ended.code() == Some(0), good, "{manners:?}: {}", ended.whole());
        assert!(ended.text().contains(wanted), "{manners:?}: {}", ended.whole());
        let head = ended.text().to_lowercase();
        assert_eq!(head.contains('\r'), manners[0] != "--bare-lf", "{manners:?}: {head}");
        assert_eq!(head.contains("content-length"), manners[0] != "--no-length", "{manners:?}: {head}");
        let over = server.stop();
        over.well();
        assert!(
            over.of_kind("peer-note").any(|event| event["kind"] == "misbehaves")
                || manners[0] == "--bare-lf"
                || manners[0] == "--no-length",
            "{manners:?} is not announced"
        );
    }
}

#[test]
fn python_keeps_its_connection_alive() {
    if !has("python3") {
        return;
    }
    let folder = site();
    let server = serve_site(folder.path(), &[]);
    let script = format!(
        "import http.client as h\nc = h.HTTPConnection('127.0.0.1', {}, timeout=60)\nfor p in ('/', '/rien', '/'):\n  \
         c.request('GET', p)\n  r = c.getresponse()\n  print(r.status, len(r.read()), c.sock is not None)\n",
        server.port
    );
    let ended = binary::run(Command::new("python3").args(["-c", &script]));
    let lines: Vec<String> = ended.text().lines().map(str::to_owned).collect();
    assert!(lines.len() == 3 && lines[0].starts_with("200 ") && lines[1].starts_with("404 "), "{}", ended.whole());
    assert!(lines.iter().all(|line| line.ends_with("True")), "{}", ended.whole());
    assert_eq!(server.stop().well()["clients"], 1, "one connection served the three requests");
}

/// Bytes that fifty clients have read, in each mode, before they are told to stop.
const ENOUGH: u64 = 200_000;

/// A line of a process's file in /proc, read as a number in this base.
fn figure(pid: u32, (file, name, base): (&str, &str, u32)) -> Option<u64> {
    let said = fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
    let line = said.lines().find_map(|line| line.strip_prefix(name))?;
    u64::from_str_radix(line.trim_start_matches(':').trim(), base).ok()
}

#[test]
fn wrk_meets_no_error_in_any_mode() {
    if !has("wrk") {
        return;
    }
    let folder = site();
    for mode in MODES.into_iter().filter(|mode| *mode != "iterative") {
        let server = serve_site(folder.path(), &["--mode", mode]);
        let mut wrk = Command::new("wrk");
        wrk.args(["-t1", "-c50", "-d60s", &server.url("/")]).stdout(Stdio::piped());
        let wrk = wrk.spawn().unwrap();
        // SIGINT ends it as its time does, once it catches it.
        let ready = until(LIMIT, || {
            let catches = figure(wrk.id(), ("status", "SigCgt", 16))? & 1 << (libc::SIGINT - 1) != 0;
            (catches && figure(wrk.id(), ("io", "rchar", 10))? > ENOUGH).then_some(())
        });
        let pid = nix::unistd::Pid::from_raw(i32::try_from(wrk.id()).unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
        let ended = wrk.wait_with_output().unwrap();
        let said = text(&ended.stdout);
        assert!(
            ready.is_some()
                && said.contains("requests in")
                && !said.contains("Non-2xx")
                && !said.contains("Socket errors"),
            "{mode}: {said}"
        );
        let over = server.stop();
        assert_eq!(over.status.code(), Some(0), "{mode}: {}", over.errors);
    }
}

#[test]
fn a_real_browser_shows_the_page() {
    if !has("chromium") {
        return;
    }
    let folder = site();
    let profile = public_folder();
    let server = serve_site(folder.path(), &[]);
    let ended = browse(&server, profile.path());
    assert!(text(&ended.stdout).contains("<h1 id=\"t\">Bonjour</h1>"), "{}", ended.whole());
    let over = server.stop();
    over.well();
    assert!(over.of_kind("client").count() >= 1);
}

#[test]
fn a_browser_need_not_wait_for_a_connection_in_reserve() {
    if !has("chromium") {
        return;
    }
    let folder = site();
    let profile = public_folder();
    let mut server = serve_site(folder.path(), &["--mode", "iterative"]);
    // Accepted before the browser comes, and still open once it has ended.
    let reserve = TcpStream::connect(server.address()).unwrap();
    server.await_event(|event| events::kind(event) == "client");
    let ended = browse(&server, profile.path());
    assert!(text(&ended.stdout).contains("<h1 id=\"t\">Bonjour</h1>"), "{}", ended.whole());
    let yielded = server.await_event(|event| event["kind"] == "yields");
    assert_eq!((&yielded["client"], &yielded["seconds"]), (&1.into(), &2.into()), "{yielded}");
    drop(reserve);
    server.stop().well();
}

/// What a real browser makes of the site's page.
fn browse(server: &Served, profile: &Path) -> Ended {
    let mut browser = Command::new("chromium");
    browser.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--dump-dom",
    ]);
    browser.arg(format!("--user-data-dir={}", profile.display())).arg(server.url("/"));
    binary::run(browser.stdin(Stdio::null()))
}

#[test]
fn an_ordinary_user_serves_too() {
    if !root() {
        return;
    }
    let copy = PublicCopy::new();
    let server = Served::of(&mut copy.socketlab(&["serve", "--format", "json", "--port", "auto", "--once"]));
    drop(TcpStream::connect(server.address()).unwrap());
    server.end().well();
}
