//! What `serve` and `connect` say: each transport its own words, and a mistake at the moment it is made.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::process::Stdio;

use crate::support::binary::{self, Ended, public_folder, socketlab};
use crate::support::network::private;
use crate::support::served::Served;

fn run(arguments: &[&str]) -> Ended {
    binary::run(&mut socketlab(arguments))
}

/// With plain spaces, on one line.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}', '\n'], " ")
}

#[test]
fn quiet_servers_say_the_right_command() {
    private("quiet_servers_say_the_right_command", || {
        // In the network of this thread: its children are born there.
        let ask = |arguments: &[&str], poke: &[&str]| {
            let mut served = socketlab(&[&["serve", "-q", "--once"], arguments].concat());
            let child = served.stdout(Stdio::piped()).spawn().unwrap();
            let mut poked = false;
            while !poked {
                poked = run(poke).code() == Some(0);
            }
            plain(&String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap())
        };
        let tcp = ["connect", "127.0.0.1", "3001", "-q", "--send", "x", "--half-close"];
        let udp = ["connect", "--udp", "127.0.0.1", "3001", "-q", "--send", "x", "--expect", "x"];
        let said = ask(&["--udp"], &udp);
        assert!(said.contains("nc -u 127.0.0.1 3001") && !said.contains("navigateur"), "{said}");
        for task in [&[][..], &["--silent"], &["--chat"], &["--greet", "x"]] {
            let said = ask(task, &tcp);
            assert!(
                said.contains("nc 127.0.0.1 3001") && !said.contains("navigateur") && !said.contains("http"),
                "{said}"
            );
        }
        let said = ask(&["--http"], &["connect", "127.0.0.1", "3001", "-q", "--http", "/"]);
        assert!(said.contains("ou http://127.0.0.1:3001/"), "{said}");
        let said = ask(&["-6"], &["connect", "::1", "3001", "-q", "--send", "x", "--half-close"]);
        assert!(said.contains("nc ::1 3001"), "{said}");
    });
}

/// Words that have no meaning for a socket file.
const OF_TCP: [&str; 7] = ["port", "machine", "TIME_WAIT", "ss -t", "RST", "paquet", "--bind"];

fn assert_unix(ended: &Ended, wanted: &str) {
    let said = plain(&format!("{}{}", ended.text(), ended.errors()));
    let said = said.replace("toute la machine", "");
    assert!(said.contains(wanted), "{wanted}: {said}");
    for word in OF_TCP {
        let found = said.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').any(|one| one == word);
        assert!(!found && (word.len() < 5 || !said.contains(word)), "{word}: {said}");
    }
}

#[test]
fn socket_files_have_their_own_words() {
    let folder = public_folder();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let _alive = UnixListener::bind(path("vivant")).unwrap();
    let _bound = UnixDatagram::bind(path("autre")).unwrap();
    drop(UnixListener::bind(path("reste")).unwrap());
    fs::write(path("fichier"), "x").unwrap();
    let pid = format!("pid {}", std::process::id());
    for quiet in [&[][..], &["-q"]] {
        let serve = |name: &str| run(&[&["serve", "--unix", &path(name)], quiet].concat());
        let connect = |name: &str| run(&[&["connect", "--unix", &path(name)], quiet].concat());
        assert_unix(&serve("vivant"), &pid);
        assert_unix(&serve("reste"), "il reste d’un serveur terminé");
        assert_unix(&serve("fichier"), "pas un fichier socket");
        assert_unix(&connect("reste"), "il reste d’un serveur terminé");
        assert_unix(&connect("fichier"), "pas un fichier socket");
        assert_unix(&connect("absent"), "n’existe pas");
    }
}

#[test]
fn a_port_of_ones_own_that_is_taken_is_told_in_quiet_too() {
    private("a_port_of_ones_own_that_is_taken_is_told_in_quiet_too", || {
        let _server = TcpListener::bind("127.0.0.1:4001").unwrap();
        let _taken = TcpListener::bind("0.0.0.0:3001").unwrap();
        let ended = run(&["connect", "127.0.0.1", "4001", "--bind", "3001", "-q"]);
        let said = plain(&ended.errors());
        assert_eq!(ended.code(), Some(4), "{said}");
        assert!(said.contains("Le port 3001 est pris") && said.contains(&std::process::id().to_string()), "{said}");
    });
}

#[test]
fn udp_has_its_own_words() {
    private("udp_has_its_own_words", || {
        for quiet in [&[][..], &["-q"]] {
            let ended = run(&[&["connect", "--udp", "127.0.0.1", "3001", "--send", "x"], quiet].concat());
            let said = plain(&format!("{}{}", ended.text(), ended.errors()));
            assert!(!said.contains("ss -ltn") && !said.contains("ss -tln") && said.contains("atagramme"), "{said}");
        }
        let _held = std::net::UdpSocket::bind("0.0.0.0:3001").unwrap();
        let said = plain(&run(&["serve", "--udp"]).errors());
        let pid = format!("pid {}", std::process::id());
        assert!(said.contains(&pid) && !said.contains("TIME_WAIT"), "{said}");
    });
}

#[test]
fn ipv6_that_is_off_is_no_matter_of_ports() {
    private("ipv6_that_is_off_is_no_matter_of_ports", || {
        if fs::write("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1").is_err() {
            return crate::support::not_run("IPv6 ne peut pas être coupé ici");
        }
        for quiet in [&[][..], &["-q"]] {
            let ended = run(&[&["connect", "::1", "3001"], quiet].concat());
            let said = plain(&format!("{}{}", ended.text(), ended.errors()));
            assert!(said.contains("adresse IPv6") && !said.contains("TIME_WAIT"), "{said}");
        }
    });
}

#[test]
fn the_missing_empty_line_is_told_while_it_is_missing() {
    for mode in ["threads", "epoll", "fork"] {
        let mut server = Served::start(&["--http", "--mode", mode]);
        let mut client = TcpStream::connect(server.address()).unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").unwrap();
        let note = server.await_event(|event| event["kind"] == "unfinished");
        assert_eq!((&note["what"], &note["lines"], &note["bytes"]), (&"head".into(), &2.into(), &0.into()), "{note}");
        client.write_all(b"\r\n").unwrap();
        let mut answer = [0; 12];
        client.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        drop(client);
        let over = server.stop();
        assert_eq!(over.of_kind("peer-note").filter(|event| event["kind"] == "unfinished").count(), 1);
    }
}

#[test]
fn a_chat_line_without_end_is_told_while_it_waits() {
    let mut server = Served::start(&["--chat"]);
    let mut client = TcpStream::connect(server.address()).unwrap();
    client.write_all(b"partiel").unwrap();
    let note = server.await_event(|event| event["kind"] == "unfinished");
    assert_eq!((&note["what"], &note["bytes"], &note["client"]), (&"line".into(), &7.into(), &1.into()), "{note}");
}

#[test]
fn a_half_close_is_no_close() {
    let mut server = Served::start(&["--http", "--slow", "300ms"]);
    let mut client = TcpStream::connect(server.address()).unwrap();
    client.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let note = server.await_event(|event| event["kind"] == "sends-no-more");
    let left = note["left"].as_u64().unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).unwrap();
    assert_eq!(answer.len() as u64, left, "{note}");
}

#[test]
fn a_file_that_shrinks_is_told_and_counted() {
    for mode in ["threads", "epoll"] {
        let folder = public_folder();
        let path = folder.path().join("grand");
        fs::File::create(&path).unwrap().set_len(64 << 20).unwrap();
        let mut server = Served::start(&["--http", folder.path().to_str().unwrap(), "--mode", mode]);
        let mut client = TcpStream::connect(server.address()).unwrap();
        client.write_all(b"GET /grand HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        client.read_exact(&mut [0; 100]).unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_len(0).unwrap();
        // Cut by a FIN or by a RST.
        let _ = client.read_to_end(&mut Vec::new());
        let gone = server.await_event(|event| event["event"] == "client-gone");
        assert_eq!(gone["end"], "broken-off", "{gone}");
        drop(client);
        let over = server.stop();
        assert!(over.events.last().unwrap()["errors"].as_u64().unwrap() >= 1, "{:?}", over.events.last());
    }
}

#[test]
fn what_is_kept_is_announced_and_told() {
    let folder = public_folder();
    let path = folder.path().join("tout");
    let path = path.to_str().unwrap();
    let mut server = Served::start(&["--silent", "--once", "--save", path]);
    assert_eq!(server.seen[0]["save"], path);
    let mut client = TcpStream::connect(server.address()).unwrap();
    client.write_all(b"garde").unwrap();
    drop(client);
    let written = server.await_event(|event| event["event"] == "returned" && event["call"] == "write");
    assert_eq!(written["result"], 5, "{written}");
    let over = server.end();
    let opened = over.of_kind("returned").find(|event| event["call"] == "openat").unwrap();
    assert_eq!(opened["result"], written["args"][0], "{opened}");
    let full = Served::start(&["--silent", "--once", "--save", "/dev/full"]);
    let mut client = TcpStream::connect(full.address()).unwrap();
    client.write_all(b"x").unwrap();
    drop(client);
    assert_eq!(full.end().events.last().unwrap()["errors"], 1);
}

#[test]
fn a_server_that_never_accepts_is_the_last_word() {
    let server = Served::start(&["--never-accept"]);
    let port = server.port.to_string();
    let asked = ["connect", "127.0.0.1", &port, "--send", "x", "--timeout", "300ms"];
    let ended = run(&[&asked[..], &["--format", "json"]].concat());
    assert_eq!(ended.events().last().unwrap()["end"], "not-accepted", "{}", ended.whole());
    let ended = run(&[&asked[..], &["-q"]].concat());
    assert!(ended.errors().contains("accept"), "{}", ended.whole());
}

#[test]
fn a_connection_that_fails_later_is_marked_and_counted() {
    private("a_connection_that_fails_later_is_marked_and_counted", || {
        let asked = ["connect", "127.0.0.1", "3001", "--timeout", "2s"];
        let ended = run(&[&asked[..], &["--format", "json"]].concat());
        let events = ended.events();
        assert_eq!(events.last().unwrap()["errors"], 1, "{}", ended.whole());
        let late = events.iter().find(|event| event["event"] == "returned" && event["call"] == "getsockopt").unwrap();
        assert_eq!(late["cause"]["kind"], "nobody-listens", "{late}");
        let ended = run(&asked);
        let said = format!("{}{}", ended.text(), ended.errors());
        let line = said.lines().find(|line| line.contains("getsockopt")).unwrap();
        assert!(!line.trim_start().starts_with('>'), "{said}");
        assert!(said.contains("1 erreur"), "{said}");
    });
}

#[test]
fn a_folder_to_send_is_named_in_grammar() {
    let folder = public_folder();
    let ended = run(&["connect", "127.0.0.1", "9", "--send-file", folder.path().to_str().unwrap()]);
    assert!(ended.errors().contains("c’est un dossier"), "{}", ended.whole());
}

#[test]
fn an_absolute_link_is_not_said_to_lead_outside() {
    let folder = public_folder();
    fs::write(folder.path().join("f.txt"), "x").unwrap();
    std::os::unix::fs::symlink(folder.path().join("f.txt"), folder.path().join("lien")).unwrap();
    let mut server = Served::start(&["--http", folder.path().to_str().unwrap()]);
    let mut client = TcpStream::connect(server.address()).unwrap();
    client.write_all(b"GET /lien HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let note = server.await_event(|event| event["kind"] == "request-refused");
    assert_eq!((&note["status"], &note["reason"]), (&404.into(), &"absolute-link".into()), "{note}");
}

#[test]
fn what_is_received_is_not_glued_to_what_is_told() {
    let server = Served::start(&["--greet", "sans fin", "--close-after", "8"]);
    let folder = public_folder();
    let both = fs::File::create(folder.path().join("tout")).unwrap();
    let mut client = socketlab(&["connect", "127.0.0.1", &server.port.to_string()]);
    client.stdout(both.try_clone().unwrap()).stderr(both);
    assert!(client.spawn().unwrap().wait().unwrap().success());
    let said = fs::read_to_string(folder.path().join("tout")).unwrap();
    assert!(said.lines().any(|line| line == "sans fin"), "{said}");
}
