//! `socketlab connect` as a program, met by servers that are not ours: nc, Ncat, socat, nginx, Python; and what people
//! and scripts see of it.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use crate::support::binary::{self, Ended, public_folder, socketlab};
use crate::support::running::Running;
use crate::support::terminal::{Terminal, USUAL};
use crate::support::{LIMIT, events, find, has, network};

fn connect(arguments: &[&str]) -> Ended {
    binary::run(&mut socketlab(&[&["connect"], arguments].concat()))
}

/// A peer of one client: what it does is `serve`; its port.
fn peer(serve: impl FnOnce(TcpStream) + Send + 'static) -> (String, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    (port, thread::spawn(move || serve(listener.accept().unwrap().0)))
}

#[test]
fn echoes_of_other_programs_come_back_on_stdout() {
    if !(has("ncat") && has("socat")) {
        return;
    }
    network::private("echoes_of_other_programs_come_back_on_stdout", || {
        let mut ncat = Command::new("ncat");
        ncat.args(["-l", "-k", "127.0.0.1", "4001", "-e", "/bin/cat"]);
        let mut socat = Command::new("socat");
        socat.args(["TCP-LISTEN:4002,fork,reuseaddr", "EXEC:/bin/cat"]);
        let servers = [(4001, Running::start(&mut ncat, 4001)), (4002, Running::start(&mut socat, 4002))];
        for (port, _server) in &servers {
            let port = port.to_string();
            let ended = connect(&["127.0.0.1", &port, "--send", "bonjour\\n\\x1b[31m", "--expect", "[31m"]);
            assert_eq!(ended.code(), Some(0), "{}", ended.whole());
            assert_eq!(ended.stdout, b"bonjour\n\x1b[31m", "{}", ended.whole());
            let told = ended.errors();
            assert!(told.contains("connect(3, ") && told.contains("\\x1b[31m"), "{told}");
            assert!(!told.contains('\u{1b}'), "{told}");
        }
    });
}

/// What ended the conversation is not one of its calls.
#[test]
fn a_reader_that_left_is_no_call_that_failed() {
    let (port, server) = peer(|mut client| while client.write_all(&[b'x'; 4096]).is_ok() {});
    let mut client = socketlab(&["connect", "127.0.0.1", &port]);
    let mut client = client.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let errors = binary::gather(client.stderr.take());
    let mut output = client.stdout.take().unwrap();
    output.read_exact(&mut [0; 4096]).unwrap();
    drop(output);
    let status = binary::wait(&mut client, LIMIT).expect("the client ends");
    server.join().unwrap();
    let told = String::from_utf8(binary::gathered(&errors)).unwrap();
    assert_eq!(status.code(), Some(0), "{told}");
    assert!(
        told.contains("Fin\u{a0}: socketlab ne peut pas continuer, de son côté") && told.contains("aucune erreur"),
        "{told}"
    );
}

#[test]
fn nc_receives_what_is_typed() {
    if !has("nc") {
        return;
    }
    network::private("nc_receives_what_is_typed", || {
        let mut nc = Command::new("nc");
        nc.args(["-l", "127.0.0.1", "4003"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut nc = nc.spawn().unwrap();
        network::wait_for_listener(4003);
        let mut client = socketlab(&["connect", "127.0.0.1", "4003", "--quiet"]);
        let mut client = client.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        client.stdin.take().unwrap().write_all(b"une ligne\n").unwrap();
        let mut heard = String::new();
        nc.stdout.take().unwrap().read_to_string(&mut heard).unwrap();
        assert_eq!(heard, "une ligne\n");
        assert!(nc.wait().unwrap().success() && client.wait().unwrap().success());
    });
}

#[test]
fn pages_of_python_and_nginx_are_read() {
    if !(has("python3") && has("nginx")) {
        return;
    }
    network::private("pages_of_python_and_nginx_are_read", || {
        let folder = public_folder();
        fs::write(folder.path().join("page.txt"), "le contenu\n").unwrap();
        let mut python = Command::new("python3");
        python.args(["-m", "http.server", "4004", "--bind", "127.0.0.1"]).current_dir(folder.path());
        let _python = Running::start(&mut python, 4004);
        let _nginx = Running::start(&mut nginx(folder.path()), 4005);
        for port in ["4004", "4005"] {
            let ended = connect(&["127.0.0.1", port, "--http", "/page.txt", "--expect", "le contenu"]);
            assert_eq!(ended.code(), Some(0), "{}", ended.whole());
            assert!(ended.text().contains(" 200 "), "{}", ended.whole());
            let whole = connect(&["127.0.0.1", port, "--http", "/page.txt"]);
            assert!(whole.text().ends_with("\r\n\r\nle contenu\n"), "{}", whole.whole());
            let absent = connect(&["127.0.0.1", port, "--http", "/absent", "--expect-status", "200", "--quiet"]);
            assert_eq!(absent.code(), Some(1), "{}", absent.whole());
            assert!(absent.errors().contains("404"), "{}", absent.whole());
            let head = connect(&["127.0.0.1", port, "--http", "/page.txt", "--head", "--quiet"]);
            assert!(head.code() == Some(0) && head.text().ends_with("\r\n\r\n"), "{}", head.whole());
        }
    });
}

/// A server of one connection that reads a request and answers so.
fn answering(answer: &'static [u8]) -> (String, thread::JoinHandle<()>) {
    peer(move |mut client| {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            client.read_exact(&mut byte).unwrap();
            request.push(byte[0]);
        }
        client.write_all(answer).unwrap();
    })
}

#[test]
fn a_wrong_http_answer_is_named_and_its_bytes_stay_data() {
    let rows: [(&[u8], &[&str], &str, &str); 6] = [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc", &[], "http-truncated", "Content-Length en annonce 50"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabcdef", &[], "http-overlong", "trop longue"),
        (b"HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", &[], "http-malformed", "\\n seul"),
        (b"", &[], "http-truncated", "pas un octet"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", &["--expect-status", "2xx"], "http-status", "2xx"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\n", &["--expect", "200"], "http-truncated", "0 octet"),
    ];
    for (answer, options, reason, sentence) in rows {
        for format in [&["--quiet"][..], &["--format", "json"], &[]] {
            let (port, serving) = answering(answer);
            let ended = connect(&[&["127.0.0.1", &port, "--http", "/"], options, format].concat());
            serving.join().unwrap();
            assert_eq!(ended.code(), Some(1), "{}", ended.whole());
            assert!(ended.errors().replace('\u{a0}', " ").contains(sentence), "{}", ended.whole());
            if format.contains(&"json") {
                assert_eq!(ended.events().pop().unwrap()["reason"], reason, "{}", ended.whole());
            } else {
                assert_eq!(ended.stdout, answer, "{}", ended.whole());
            }
        }
    }
}

#[test]
fn a_page_of_our_own_server_and_of_node_is_whole() {
    network::private("a_page_of_our_own_server_and_of_node_is_whole", || {
        let mut own = socketlab(&["serve", "--http", "--quiet", "--port", "4006"]);
        let _own = Running::start(own.stdout(Stdio::null()), 4006);
        let mut asked = vec!["4006"];
        let mut node = Command::new("node");
        let script = "require('http').createServer((q, r) => { if (q.method === 'HEAD') { r.end(); return; } r.setHeader('Trailer', 'X-Sum'); r.write('un, '); \
                      setImmediate(() => { r.write('deux'); r.addTrailers({'X-Sum': '2'}); r.end(); }); }).listen(4007, '127.0.0.1')";
        let _node = has("node").then(|| {
            asked.push("4007");
            Running::start(node.args(["-e", script]), 4007)
        });
        for port in asked {
            for method in [&[][..], &["--head"]] {
                let options = ["127.0.0.1", port, "--http", "/", "--expect-status", "200", "--format", "json"];
                let ended = connect(&[&options, method].concat());
                assert_eq!(ended.code(), Some(0), "{}", ended.whole());
                let last = ended.events().pop().unwrap();
                let framing = match (port, method) {
                    (_, ["--head"]) => "no-body",
                    ("4007", _) => "chunked",
                    _ => "content-length",
                };
                assert_eq!(
                    (&last["reason"], &last["http"]["framing"]),
                    (&serde_json::Value::Null, &framing.into()),
                    "{last}"
                );
            }
        }
    });
}

fn nginx(folder: &Path) -> Command {
    let shown = folder.display();
    let user = if crate::support::root() { "user root;" } else { "" };
    let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {shown}/{name};"))
        .join(" ");
    let file = folder.join("nginx.conf");
    let content = format!(
        "daemon off; {user} pid {shown}/pid; error_log {shown}/error;\nevents {{}}\nhttp {{ access_log off; {paths} \
         server {{ listen 127.0.0.1:4005; root {shown}; }} }}\n"
    );
    fs::write(&file, content).unwrap();
    let mut command = Command::new(find("nginx").unwrap());
    command.arg("-c").arg(file);
    command
}

#[test]
fn refused_silent_and_unknown_are_told_apart() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let refused = connect(&["127.0.0.1", &closed, "--quiet"]);
    assert_eq!(refused.code(), Some(5), "{}", refused.whole());
    assert!(refused.errors().contains("refusée"), "{}", refused.whole());
    let unknown = connect(&["nulle-part.invalid", "80", "--quiet", "--timeout", "20s"]);
    assert_eq!(unknown.code(), Some(5), "{}", unknown.whole());
    assert!(unknown.errors().contains("adresse"), "{}", unknown.whole());
    // A listener whose queue is full lets the next SYN without an answer.
    let full = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    full.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    full.listen(0).unwrap();
    let address = full.local_addr().unwrap().as_socket().unwrap();
    let _first = TcpStream::connect(address).unwrap();
    let port = address.port().to_string();
    let silent = connect(&["127.0.0.1", &port, "--timeout", "300ms", "--format", "json"]);
    assert_eq!(silent.code(), Some(5), "{}", silent.whole());
    let last = silent.events().pop().unwrap();
    assert_eq!(events::kind(&last), "connect-finished");
    assert_eq!(last["attempt"], "silent", "{last}");
}

#[test]
fn what_is_expected_decides_the_exit_code() {
    for (expected, code) in [("fin", 0), ("jamais", 1)] {
        let (port, serving) = peer(|mut client| {
            client.write_all(b"une fi").unwrap();
            client.write_all(b"n heureuse").unwrap();
        });
        let ended = connect(&["127.0.0.1", &port, "--expect", expected]);
        assert_eq!(ended.code(), Some(code), "{}", ended.whole());
        serving.join().unwrap();
    }
}

#[test]
fn a_reset_and_a_full_disk_are_input_output_errors() {
    let (port, serving) = peer(|client| {
        socket2::SockRef::from(&client).set_linger(Some(std::time::Duration::ZERO)).unwrap();
    });
    let ended = connect(&["127.0.0.1", &port, "--quiet"]);
    assert_eq!(ended.code(), Some(5), "{}", ended.whole());
    serving.join().unwrap();
    let (port, serving) = peer(|mut client| {
        let _cut = client.write_all(&vec![b'x'; 1 << 20]);
    });
    let mut full = socketlab(&["connect", "127.0.0.1", &port, "--quiet"]);
    let mut child = full.stdout(fs::File::create("/dev/full").unwrap()).stderr(Stdio::piped()).spawn().unwrap();
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(5), "{errors}");
    assert!(errors.contains("ENOSPC"), "{errors}");
    serving.join().unwrap();
}

#[test]
fn bad_requests_are_refused_before_anything_is_sent() {
    for (arguments, named) in [
        (&["127.0.0.1", "80", "--http", "/a b"][..], "espace"),
        (&["127.0.0.1", "80", "--http", ""], "vide"),
        (&["127.0.0.1", "70000"], "65535"),
        (&["127.0.0.1"], "PORT"),
        (&["127.0.0.1", "80", "-4", "-6"], "ipv6"),
        (&["127.0.0.1", "80", "--expect", ""], "vide"),
    ] {
        let ended = connect(arguments);
        assert_eq!(ended.code(), Some(2), "{}", ended.whole());
        assert!(ended.errors().contains(named), "{}", ended.whole());
    }
    let ended = connect(&["127.0.0.1", "80", "--send-file", "/nulle/part"]);
    assert_eq!(ended.code(), Some(5), "{}", ended.whole());
}

#[test]
fn a_closed_standard_input_is_an_end() {
    let (port, serving) = peer(|mut client| {
        let mut all = Vec::new();
        client.read_to_end(&mut all).unwrap();
        client.write_all(b"fini").unwrap();
    });
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "exec \"$@\" <&-", "sh"]).arg(binary::path()).args(["connect", "127.0.0.1", &port, "--quiet"]);
    binary::settled(&mut shell);
    let ended = binary::run(&mut shell);
    assert_eq!((ended.code(), ended.text().as_str()), (Some(0), "fini"), "{}", ended.whole());
    serving.join().unwrap();
}

#[test]
fn on_a_terminal_a_hostile_peer_draws_nothing() {
    for quiet in [&[][..], &["--quiet"]] {
        let (port, serving) = peer(|mut client| {
            client.write_all(b"\x1b[2J\x1b]0;titre\x07\xff\x00rouge\n").unwrap();
            let mut all = Vec::new();
            let _gone = client.read_to_end(&mut all);
        });
        let mut terminal = Terminal::start(USUAL, &[&["connect", "127.0.0.1", &port], quiet].concat());
        terminal.wait_text("rouge");
        terminal.press("\u{4}");
        assert_eq!(terminal.end(), 0);
        let raw = String::from_utf8_lossy(terminal.raw()).into_owned();
        assert!(!raw.contains("\u{1b}[2J") && !raw.contains("\u{1b}]0;"), "{raw:?}");
        serving.join().unwrap();
        assert!(terminal.mode_restored());
    }
}
