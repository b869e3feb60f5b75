//! Ports that the kernel gave and that look like a forgotten htons: 47371 is 3001 with its bytes swapped, and one of the
//! ports that any client may get.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::{binary, builds_32_bits, events, has, network, repository};

/// What the kernel may give: the range of the present network.
const RANGE: &str = "/proc/sys/net/ipv4/ip_local_port_range";

/// Swapped, these are 3001, 8080, 4242 and 5555; all are in the usual range.
const UNLUCKY: [u16; 4] = [47371, 36895, 37392, 45845];

/// Ways of using a port that the kernel gave to bind, or of being given one by another process.
const WAYS: [&str; 7] =
    ["listener", "left", "peer", "datagrams", "datagram-of-another", "listener-of-another", "without-waiting"];

fn compiled(folder: &Path, bits: u8) -> Option<PathBuf> {
    let program = folder.join(format!("ports{bits}"));
    if bits == 32 && !builds_32_bits() {
        return None;
    }
    let mut gcc = Command::new("gcc");
    gcc.arg(format!("-m{bits}")).args(["-Wall", "-Werror", "-o"]).arg(&program);
    let output = gcc.arg(repository().join("tests/traced/ports.c")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(program)
}

/// The port that the program used, and the ids of what was found.
fn traced(program: &Path, way: &str, typed: Option<u16>) -> (u16, Vec<String>) {
    let story = program.with_extension("jsonl");
    let words =
        ["trace", "--format", "json", "--output", story.to_str().unwrap(), "--", program.to_str().unwrap(), way];
    let mut command = binary::socketlab(&words);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if let (Some(mut keyboard), Some(port)) = (child.stdin.take(), typed) {
        writeln!(keyboard, "{port}").unwrap();
    }
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let port = said.trim().parse().unwrap_or_else(|_| panic!("{way}: {output:?}"));
    let events = events::parse(&fs::read_to_string(&story).unwrap());
    let found = events.iter().filter(|event| event["event"] == "finding");
    (port, found.map(|event| event["id"].as_str().unwrap().to_owned()).collect())
}

/// In a network of its own, where the kernel gives what is wanted.
fn given(way: &str, port: u16, body: impl FnOnce() + Send) {
    network::fresh(|| {
        // Of two ports, bind is given the second first, and connect the first; for datagrams chance decides.
        let (low, high) = match way {
            "datagrams" => (port, port),
            "peer" => (port, port + 1),
            _ => (port - 1, port),
        };
        fs::write(RANGE, format!("{low} {high}")).unwrap();
        body();
    });
}

#[test]
fn a_port_that_the_kernel_gave_is_never_called_swapped() {
    if !has("gcc") {
        return;
    }
    network::private("a_port_that_the_kernel_gave_is_never_called_swapped", || {
        let folder = TempDir::new().unwrap();
        for program in [64, 32].iter().filter_map(|bits| compiled(folder.path(), *bits)) {
            for port in UNLUCKY {
                for way in WAYS {
                    given(way, port, || check(&program, way, port));
                }
            }
        }
    });
}

fn check(program: &Path, way: &str, port: u16) {
    let datagrams = (way == "datagram-of-another").then(|| UdpSocket::bind(("127.0.0.1", port)).unwrap());
    let listens = ["listener-of-another", "without-waiting"].contains(&way);
    let listener = listens.then(|| TcpListener::bind("127.0.0.1:0").unwrap());
    let held = (datagrams.is_some() || listener.is_some()).then_some(port);
    let (used, found) = traced(program, way, held);
    assert_eq!(used, port, "{way}: another port than the one wanted");
    assert!(!found.iter().any(|id| id == "missing-htons"), "{way} {port}: {found:?}");
}

#[test]
fn a_forgotten_htons_is_still_found() {
    if !has("gcc") {
        return;
    }
    network::private("a_forgotten_htons_is_still_found", || {
        let folder = TempDir::new().unwrap();
        for program in [64, 32].iter().filter_map(|bits| compiled(folder.path(), *bits)) {
            let (used, found) = traced(&program, "wrong", None);
            assert_eq!((used, found.first().map(String::as_str)), (47371, Some("missing-htons")));
        }
    });
}
