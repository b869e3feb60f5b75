//! What the client makes of HTTP answers that come over a real socket.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::thread;
use std::time::{Duration, Instant};

use socketlab::event::answer::{AnswerReason, Framing};
use socketlab::event::peer::{End, PeerNote};
use socketlab::peer::client::{Settings, Target};

use crate::connect::{Told, against, inet, played};
use crate::support::LIMIT;
use crate::support::network::private;

/// What the server does once it has sent its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Close,
    /// Keeps the connection until the client leaves.
    Keep,
    Reset,
}

fn read_request(stream: &mut (impl Read + ?Sized)) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        request.push(byte[0]);
    }
}

/// Serves one request: this answer, in pieces of so many bytes.
fn serve(mut stream: TcpStream, (answer, piece): (&[u8], usize), then: Then) {
    read_request(&mut stream);
    stream.set_nodelay(true).unwrap();
    for piece in answer.chunks(piece) {
        // The client leaves as soon as it knows.
        if stream.write_all(piece).is_err() {
            return;
        }
    }
    match then {
        Then::Close => {}
        Then::Keep => {
            let _gone = stream.read(&mut [0]);
        }
        Then::Reset => {
            // What came is read before the RST takes it away.
            while nix::sys::socket::recv(
                std::os::fd::AsRawFd::as_raw_fd(&stream),
                &mut [0],
                nix::sys::socket::MsgFlags::MSG_DONTWAIT,
            )
            .is_ok_and(|count| count > 0)
            {}
            socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        }
    }
}

fn asked(settings: &mut Settings) {
    settings.http = Some("/".into());
}

fn told(answer: (&[u8], usize), then: Then, prepare: impl Fn(&mut Settings)) -> Told {
    let prepare = |settings: &mut Settings| {
        asked(settings);
        prepare(settings);
    };
    against(|stream| serve(stream, answer, then), prepare).0
}

fn detail(told: &Told) -> Option<String> {
    told.finished.answer.as_ref()?.fault.as_ref().map(|fault| fault.detail.clone())
}

/// Each answer comes whole, then byte by byte; the server closes after it.
#[test]
fn answers_are_judged_as_they_come() {
    let rows: [(&[u8], Option<&str>); 22] = [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", None),
        (b"HTTP/1.1 200 OK\r\n\r\nabc", None),
        (b"HTTP/1.1 204 No Content\r\n\r\n", None),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n", None),
        (b"", Some("no-answer")),
        (b"bonjour\n", Some("not-http")),
        (b"GET / HTTP/1.1\r\n", Some("request-echoed")),
        (b"HTTP/1.1 200 OK\nContent-Length: 5\n\nabc", Some("bare-lf")),
        (b"HTTP/1.1 200\r\n\r\n", Some("missing-space-after-status")),
        (b"HTTP/1.1 OK\r\n\r\n", Some("missing-status")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\0\r\n\r\nabc", Some("nul-byte")),
        (b"HTTP/1.1 200 OK\r\nContent-Length : 3\r\n\r\nabc", Some("space-before-colon")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc", Some("bad-content-length")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", Some("conflicting-content-lengths")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n<html>\r\n", Some("missing-colon")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n", Some("cut-head")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc", Some("short-body")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", Some("missing-last-chunk")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", Some("chunk-not-ended")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabcdef", Some("bytes-after-length")),
        (b"HTTP/1.1 204 No Content\r\n\r\nabc", Some("bytes-after-no-body")),
    ];
    private("answers_are_judged_as_they_come", || {
        for (answer, wanted) in rows {
            for piece in [usize::MAX, 1] {
                let told = told((answer, piece), Then::Close, |settings| settings.grace = LIMIT);
                let shown = answer.escape_ascii();
                assert_eq!(detail(&told).as_deref(), wanted, "{shown}");
                // Whatever it says, all that came was received, and the end is the server's.
                assert_eq!(
                    (told.finished.end, told.finished.received),
                    (Some(End::ByPeer), answer.len() as u64),
                    "{shown}"
                );
                let faults = told.notes().iter().filter(|note| matches!(note, PeerNote::AnswerFault(_))).count();
                assert_eq!(faults, usize::from(wanted.is_some()), "{shown}");
            }
        }
    });
}

/// Neither the answer nor its faults wait for the close of a server that keeps the connection.
#[test]
fn a_kept_connection_is_left_at_the_end_of_the_answer() {
    private("a_kept_connection_is_left_at_the_end_of_the_answer", || {
        let rows: [(&[u8], Option<&str>); 6] = [
            (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", None),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", None),
            (b"HTTP/1.1 204 No Content\r\n\r\n", None),
            (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", None),
            (b"HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", Some("bare-lf")),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabcdef", Some("bytes-after-length")),
        ];
        for (answer, wanted) in rows {
            let began = Instant::now();
            let told = told((answer, usize::MAX), Then::Keep, |settings| settings.grace = Duration::from_millis(50));
            assert_eq!(told.finished.end, Some(End::ByUs), "{}", answer.escape_ascii());
            assert_eq!(detail(&told).as_deref(), wanted, "{}", answer.escape_ascii());
            assert_eq!(told.notes().contains(&PeerNote::KeptOpen), wanted.is_none());
            assert!(began.elapsed() < LIMIT);
        }
        // The same to HEAD, whose answer has the length of a body that does not come.
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n";
        let told = told((answer, 1), Then::Keep, |settings| {
            settings.head = true;
            settings.grace = Duration::ZERO;
        });
        let read = told.finished.answer.as_ref().unwrap();
        assert_eq!((told.finished.end, read.framing, read.reason), (Some(End::ByUs), Some(Framing::NoBody), None));
    });
}

#[test]
fn a_silence_or_a_reset_in_the_answer_is_named() {
    private("a_silence_or_a_reset_in_the_answer_is_named", || {
        let rows: [(&[u8], &str); 4] = [
            (b"", "no-answer"),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc", "short-body"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "short-chunk"),
            (b"HTTP/1.1 200 OK\r\n\r\nabc", "never-closed"),
        ];
        for (answer, wanted) in rows {
            let told =
                told((answer, usize::MAX), Then::Keep, |settings| settings.timeout = Some(Duration::from_millis(50)));
            assert_eq!((told.finished.end, detail(&told).as_deref()), (Some(End::TooSlow), Some(wanted)));
        }
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n";
        let told = told((answer, usize::MAX), Then::Reset, |_| {});
        let read = told.finished.answer.as_ref().unwrap();
        assert_eq!((told.finished.end, read.reason), (Some(End::ResetByPeer), Some(AnswerReason::HttpTruncated)));
    });
}

#[test]
fn the_status_is_the_one_that_was_asked_for() {
    private("the_status_is_the_one_that_was_asked_for", || {
        let answer = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        for (wanted, reason) in
            [(404..=404, None), (400..=499, None), (200..=200, Some("200")), (200..=299, Some("2xx"))]
        {
            let told =
                told((answer, usize::MAX), Then::Close, |settings| settings.expect_status = Some(wanted.clone()));
            let read = told.finished.answer.as_ref().unwrap();
            assert_eq!(read.reason, reason.map(|_| AnswerReason::HttpStatus));
            let unwanted = |wanted: &str| PeerNote::StatusUnwanted { status: 404, wanted: wanted.to_owned() };
            assert_eq!(
                told.notes().iter().any(|note| reason.is_some_and(|reason| *note == unwanted(reason))),
                reason.is_some()
            );
        }
        // A faulty answer is told as such first.
        let cut = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n";
        let told = told((cut, usize::MAX), Then::Close, |settings| settings.expect_status = Some(200..=200));
        assert_eq!(told.finished.answer.unwrap().reason, Some(AnswerReason::HttpTruncated));
    });
}

/// The whole answer is judged, and what is expected in it is looked for to its end.
#[test]
fn what_is_expected_does_not_end_the_answer() {
    private("what_is_expected_does_not_end_the_answer", || {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc";
        let told = told((answer, 1), Then::Close, |settings| {
            settings.expect = Some(b"abc".to_vec());
            settings.half_close = true;
        });
        assert_eq!((told.finished.expected, detail(&told).as_deref()), (Some(true), Some("short-body")));
        assert!(told.calls().contains(&"shutdown".to_owned()));
        let told = told_by_reset();
        assert_eq!((told.finished.end, told.finished.answer), (Some(End::ResetByUs), None));
    });
}

fn told_by_reset() -> Told {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc";
    told((answer, usize::MAX), Then::Keep, |settings| settings.reset = true)
}

#[test]
fn each_of_several_clients_reads_its_answer() {
    private("each_of_several_clients_reads_its_answer", || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let serving = thread::spawn(move || {
            for number in 0..4 {
                let length = if number == 2 { 50 } else { 3 };
                let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nabc");
                serve(listener.accept().unwrap().0, (answer.as_bytes(), usize::MAX), Then::Close);
            }
        });
        let mut settings = Settings { clients: 4, ..inet(address) };
        asked(&mut settings);
        let finished = played(&settings).finished;
        serving.join().unwrap();
        let faulty = |result: &&socketlab::peer::client::ClientResult| result.answer.as_ref().unwrap().reason.is_some();
        assert_eq!(finished.results.iter().filter(faulty).count(), 1);
        assert_eq!(finished.answer.unwrap().reason, Some(AnswerReason::HttpTruncated));
    });
}

#[test]
fn a_socket_file_is_read_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let listener = UnixListener::bind(&path).unwrap();
    let serving = thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        read_request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab").unwrap();
    });
    let mut settings = Settings::to(Target::Unix(path));
    asked(&mut settings);
    let told = played(&settings);
    serving.join().unwrap();
    assert_eq!(detail(&told).as_deref(), Some("short-body"));
}
