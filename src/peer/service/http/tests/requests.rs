//! Each request by itself, byte by byte, and behind others: the outcome is the same.

use std::sync::Arc;
use std::time::Duration;

use super::{Seen, all_at_once, in_cuts, serve, settings};
use crate::peer::service::http::Http;
use crate::peer::service::{Reply, Service};

/// What must come of a request: its status, the id of its refusal, and whether the connection goes on.
type Row = (&'static str, u16, &'static str, bool);

const KEPT: bool = true;
const CLOSED: bool = false;

/// `~` stands for CR LF.
const GOOD: &[Row] = &[
    ("GET / HTTP/1.1~Host: a~~", 200, "", KEPT),
    ("HEAD / HTTP/1.1~Host: a~~", 200, "", KEPT),
    ("GET / HTTP/1.1~host: a~~", 200, "", KEPT),
    ("GET / HTTP/1.1~HOST:a~~", 200, "", KEPT),
    ("GET / HTTP/1.1~Host:\t a \t~~", 200, "", KEPT),
    ("GET / HTTP/1.1~Host: a:3001~~", 200, "", KEPT),
    ("GET / HTTP/1.1~Host: [::1]:3001~~", 200, "", KEPT),
    ("GET / HTTP/1.1~Host:~~", 200, "", KEPT),
    ("GET / HTTP/1.1~Host: a~Connection: close~~", 200, "", CLOSED),
    ("GET / HTTP/1.1~Host: a~Connection: foo, Close~~", 200, "", CLOSED),
    ("GET / HTTP/1.1~Host: a~Connection: keep-alive, close~~", 200, "", CLOSED),
    ("GET / HTTP/1.1~Host: a~Connection: keep-alive~Connection: close~~", 200, "", CLOSED),
    ("GET / HTTP/1.1~Host: a~Connection: keep-alive~~", 200, "", KEPT),
    ("GET / HTTP/1.0~~", 200, "", CLOSED),
    ("GET / HTTP/1.0~Host: a~~", 200, "", CLOSED),
    ("GET / HTTP/1.0~Connection: keep-alive~~", 200, "", KEPT),
    ("GET / HTTP/1.0~Connection: Keep-Alive~~", 200, "", KEPT),
    ("GET /?query=1 HTTP/1.1~Host: a~~", 200, "", KEPT),
    ("GET http://a/ HTTP/1.1~Host: a~~", 200, "", KEPT),
    ("GET http://a HTTP/1.1~Host: b~~", 200, "", KEPT),
    ("~GET / HTTP/1.1~Host: a~~", 200, "", KEPT),
    ("~~~GET / HTTP/1.1~Host: a~~", 200, "", KEPT),
    ("GET / HTTP/1.1~Host: a~Content-Length: 0~~", 200, "", KEPT),
    ("GET / HTTP/1.1~Host: a~Content-Length: 5~~hello", 200, "", KEPT),
    ("GET / HTTP/1.1~Host: a~Content-Length: 005~~GET /", 200, "", KEPT),
    ("GET / HTTP/1.1~Host: a~Content-Length: 5~Expect: 100-continue~~hello", 200, "", CLOSED),
    ("GET / HTTP/1.1~Host: a~Expect: 100-continue~~", 200, "", KEPT),
    ("GET / HTTP/1.1~Host: a~X-Latin: \u{e9}~~", 200, "", KEPT),
    ("GET / HTTP/1.1~Host: a~X-Empty:~~", 200, "", KEPT),
];

const REFUSED_AND_KEPT: &[Row] = &[
    ("GET /none HTTP/1.1~Host: a~~", 404, "not-found", KEPT),
    ("GET /none HTTP/1.1~Host: a~Connection: close~~", 404, "not-found", CLOSED),
    ("GET /none HTTP/1.0~~", 404, "not-found", CLOSED),
    ("HEAD /none HTTP/1.1~Host: a~~", 404, "not-found", KEPT),
    ("POST / HTTP/1.1~Host: a~Content-Length: 3~~a=b", 405, "method-not-allowed", KEPT),
    ("PUT / HTTP/1.1~Host: a~~", 405, "method-not-allowed", KEPT),
    ("DELETE / HTTP/1.1~Host: a~~", 405, "method-not-allowed", KEPT),
    ("TRACE / HTTP/1.1~Host: a~~", 405, "method-not-allowed", KEPT),
    ("OPTIONS * HTTP/1.1~Host: a~~", 405, "method-not-allowed", KEPT),
    ("CONNECT a:80 HTTP/1.1~Host: a~~", 405, "method-not-allowed", KEPT),
    ("GET * HTTP/1.1~Host: a~~", 400, "asterisk-target", KEPT),
    ("GET a:80 HTTP/1.1~Host: a~~", 400, "bad-target", KEPT),
    ("GET index.html HTTP/1.1~Host: a~~", 400, "bad-target", KEPT),
    ("GET https://a/ HTTP/1.1~Host: a~~", 400, "bad-target", KEPT),
    ("GET http://me@a/ HTTP/1.1~Host: a~~", 400, "bad-host", KEPT),
    ("GET /#x HTTP/1.1~Host: a~~", 400, "bad-target", KEPT),
    ("GET /\u{e9} HTTP/1.1~Host: a~~", 400, "bad-target", KEPT),
    ("GET /% HTTP/1.1~Host: a~~", 400, "bad-percent", KEPT),
    ("GET /%g0 HTTP/1.1~Host: a~~", 400, "bad-percent", KEPT),
    ("GET /%00 HTTP/1.1~Host: a~~", 400, "nul-in-target", KEPT),
    ("GET /a%2Fb HTTP/1.1~Host: a~~", 400, "encoded-slash", KEPT),
];

const REFUSED_FOR_GOOD: &[Row] = &[
    ("GET / HTTP/1.1\nHost: a\n\n", 400, "bare-lf", CLOSED),
    ("GET / HTTP/1.1~Host: a\n~", 400, "bare-lf", CLOSED),
    ("\nGET / HTTP/1.1~Host: a~~", 400, "bare-lf", CLOSED),
    ("GET / HTTP/1.1\rHost: a~~", 400, "bare-cr", CLOSED),
    ("GET / HTTP/1.1~Host: a\rX: b~~", 400, "bare-cr", CLOSED),
    ("GET / HTTP/1.1~Host: a\r\r\n~", 400, "bare-cr", CLOSED),
    ("GET /\0 HTTP/1.1~Host: a~~", 400, "control-byte", CLOSED),
    ("GET / HTTP/1.1~Host: a~X: \0~~", 400, "control-byte", CLOSED),
    ("GET / HTTP/1.1~Host: a~X: \x1b[2J~~", 400, "control-byte", CLOSED),
    ("GET / HTTP/1.1~Host: a~X: \x7f~~", 400, "control-byte", CLOSED),
    ("\x16\x03\x01\x02", 400, "tls", CLOSED),
    ("GET /~", 400, "missing-version", CLOSED),
    ("hello world~", 400, "missing-version", CLOSED),
    ("hello~", 400, "bad-request-line", CLOSED),
    ("GET  / HTTP/1.1~", 400, "bad-request-line", CLOSED),
    ("GET /a b HTTP/1.1~", 400, "bad-request-line", CLOSED),
    (" GET / HTTP/1.1~", 400, "bad-request-line", CLOSED),
    ("GET / HTTP/1.1 ~", 400, "bad-request-line", CLOSED),
    ("GET\t/\tHTTP/1.1~", 400, "bad-request-line", CLOSED),
    ("G(T / HTTP/1.1~", 400, "bad-request-line", CLOSED),
    ("GET / http/1.1~", 400, "bad-version", CLOSED),
    ("GET / HTTP/1,1~", 400, "bad-version", CLOSED),
    ("GET / HTTP/11.1~", 400, "bad-version", CLOSED),
    ("GET / XTTP/1.1~", 400, "bad-version", CLOSED),
    ("GET / HTTP/0.9~", 505, "unsupported-version", CLOSED),
    ("GET / HTTP/1.2~", 505, "unsupported-version", CLOSED),
    ("GET / HTTP/2~", 505, "unsupported-version", CLOSED),
    ("PRI * HTTP/2.0~~SM~~", 505, "unsupported-version", CLOSED),
    ("GET / HTTP/1.1~Host: a~ folded~~", 400, "obs-fold", CLOSED),
    ("GET / HTTP/1.1~ Host: a~~", 400, "obs-fold", CLOSED),
    ("GET / HTTP/1.1~Host: a~\tfolded~~", 400, "obs-fold", CLOSED),
    ("GET / HTTP/1.1~Host : a~~", 400, "space-before-colon", CLOSED),
    ("GET / HTTP/1.1~Host\t: a~~", 400, "space-before-colon", CLOSED),
    ("GET / HTTP/1.1~Host: a~Content-Length : 5~~hello", 400, "space-before-colon", CLOSED),
    ("GET / HTTP/1.1~Host: a~nothing~~", 400, "missing-colon", CLOSED),
    ("GET / HTTP/1.1~Host: a~: b~~", 400, "bad-header-name", CLOSED),
    ("GET / HTTP/1.1~Host: a~X(): b~~", 400, "bad-header-name", CLOSED),
    ("GET / HTTP/1.1~Host: a~X Y: b~~", 400, "bad-header-name", CLOSED),
    ("GET / HTTP/1.1~Host: a~X\u{e9}: b~~", 400, "bad-header-name", CLOSED),
    ("GET / HTTP/1.1~~", 400, "missing-host", CLOSED),
    ("HEAD / HTTP/1.1~~", 400, "missing-host", CLOSED),
    ("GET http://a/ HTTP/1.1~~", 400, "missing-host", CLOSED),
    ("GET / HTTP/1.1~Host: a~Host: a~~", 400, "duplicate-host", CLOSED),
    ("GET / HTTP/1.0~Host: a~hOST: b~~", 400, "duplicate-host", CLOSED),
    ("GET / HTTP/1.1~Host: a b~~", 400, "bad-host", CLOSED),
    ("GET / HTTP/1.1~Host: a, b~~", 400, "bad-host", CLOSED),
    ("GET / HTTP/1.1~Host: a/b~~", 400, "bad-host", CLOSED),
    ("GET / HTTP/1.1~Host: a:99999~~", 400, "bad-host", CLOSED),
    ("GET / HTTP/1.1~Host: a~Content-Length: 1~Content-Length: 2~~x", 400, "duplicate-content-length", CLOSED),
    ("GET / HTTP/1.1~Host: a~Content-Length: 1~content-length: 1~~x", 400, "duplicate-content-length", CLOSED),
    ("GET / HTTP/1.1~Host: a~Content-Length: 1, 1~~x", 400, "bad-content-length", CLOSED),
    ("GET / HTTP/1.1~Host: a~Content-Length:~~", 400, "bad-content-length", CLOSED),
    ("GET / HTTP/1.1~Host: a~Content-Length: +1~~x", 400, "bad-content-length", CLOSED),
    ("GET / HTTP/1.1~Host: a~Content-Length: -1~~x", 400, "bad-content-length", CLOSED),
    ("GET / HTTP/1.1~Host: a~Content-Length: 0x1~~x", 400, "bad-content-length", CLOSED),
    ("GET / HTTP/1.1~Host: a~Content-Length: 1 1~~x", 400, "bad-content-length", CLOSED),
    ("GET / HTTP/1.1~Host: a~Content-Length: 1048577~~x", 413, "body-too-large", CLOSED),
    ("GET / HTTP/1.1~Host: a~Content-Length: 99999999999999999999999~~x", 413, "body-too-large", CLOSED),
    (
        "POST / HTTP/1.1~Host: a~Content-Length: 5~Transfer-Encoding: chunked~~0~~",
        400,
        "length-and-transfer-encoding",
        CLOSED,
    ),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~0~~", 501, "transfer-encoding", CLOSED),
    ("GET / HTTP/1.1~Host: a~transfer-encoding: xchunked~~", 501, "transfer-encoding", CLOSED),
    ("GET / HTTP/1.1~Host: a~Transfer-Encoding:~~", 501, "transfer-encoding", CLOSED),
    ("BREW / HTTP/1.1~Host: a~~", 501, "unknown-method", CLOSED),
    ("get / HTTP/1.1~Host: a~~", 501, "unknown-method", CLOSED),
];

const MARK: &str = "GET /mark HTTP/1.1\r\nHost: a\r\n\r\n";

fn rows() -> impl Iterator<Item = (Vec<u8>, &'static Row)> {
    let rows = GOOD.iter().chain(REFUSED_AND_KEPT).chain(REFUSED_FOR_GOOD);
    rows.map(|row| (row.0.replace('~', "\r\n").into_bytes(), row))
}

fn check(row: &Row, seen: &Seen) {
    let text = seen.text();
    assert!(text.starts_with(&format!("HTTP/1.1 {} ", row.1)), "{row:?}: {text}");
    assert_eq!(seen.reasons.first().map_or("", String::as_str), row.2, "{row:?}");
    assert_eq!(!seen.closed, row.3, "{row:?}");
    assert_eq!(text.contains("Connection: close\r\n"), seen.closed, "{row:?}: {text}");
    assert_eq!(text.contains("Allow: GET, HEAD\r\n"), row.1 == 405, "{row:?}: {text}");
    let bodiless = row.0.trim_start_matches('~').starts_with("HEAD ");
    assert_eq!(text.ends_with("\r\n\r\n"), bodiless, "{row:?}: {text}");
}

#[test]
fn each_request_has_its_outcome() {
    assert!(rows().count() > 100);
    for (request, row) in rows() {
        check(row, &all_at_once(serve(None), &request));
    }
}

#[test]
fn wherever_tcp_cuts() {
    for (request, row) in rows() {
        let whole = all_at_once(serve(None), &request);
        for size in [1, 2, 3, 7] {
            let seen = in_cuts(&mut serve(None), &request, size);
            assert_eq!(
                (seen.text(), &seen.reasons, seen.closed),
                (whole.text(), &whole.reasons, whole.closed),
                "{row:?}"
            );
        }
    }
}

#[test]
fn behind_and_before_others() {
    let mark = all_at_once(serve(None), MARK.as_bytes()).text();
    for (request, row) in rows() {
        let alone = all_at_once(serve(None), &request);
        let stream = [MARK.as_bytes(), &request, MARK.as_bytes()].concat();
        for size in [1, 64, stream.len()] {
            let seen = in_cuts(&mut serve(None), &stream, size);
            let after = if alone.closed { "" } else { &mark };
            assert_eq!(seen.text(), format!("{mark}{}{after}", alone.text()), "{row:?}");
            assert_eq!(seen.closed, alone.closed, "{row:?}");
        }
    }
}

#[test]
fn an_answer_to_the_letter() {
    let seen = all_at_once(serve(None), b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    let expected = "HTTP/1.1 200 OK\r\nServer: socketlab\r\nContent-Type: text/html; charset=utf-8\r\n\
        X-Content-Type-Options: nosniff\r\nConnection: keep-alive\r\nContent-Length: 7\r\n\r\nwelcome";
    assert_eq!(seen.text(), expected);
    assert!(String::from_utf8_lossy(&seen.bytes).contains(" GMT\r\n"));
}

fn refusal_of(request: &[u8]) -> (u16, String) {
    let whole = all_at_once(serve(None), request);
    let cut = in_cuts(&mut serve(None), request, 1);
    assert_eq!((whole.text(), &whole.reasons), (cut.text(), &cut.reasons));
    (whole.text()[9..12].parse().unwrap(), whole.reasons.concat())
}

#[test]
fn limits_of_the_head() {
    let target = |length: usize| format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(length - 1));
    assert_eq!(refusal_of(target(8_192).as_bytes()), (404, "not-found".into()));
    assert_eq!(refusal_of(target(8_193).as_bytes()), (414, "target-too-long".into()));
    assert_eq!(refusal_of(&b"a".repeat(20_000)), (414, "target-too-long".into()));
    let header = |length: usize| {
        let head = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n";
        head.replace("X: ", &format!("X: {}", "x".repeat(length - head.len())))
    };
    assert_eq!(refusal_of(header(16_384).as_bytes()), (200, String::new()));
    assert_eq!(refusal_of(header(16_385).as_bytes()), (431, "head-too-large".into()));
    let many = |count: usize| format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(count - 1));
    assert_eq!(refusal_of(many(100).as_bytes()), (200, String::new()));
    assert_eq!(refusal_of(many(101).as_bytes()), (431, "too-many-headers".into()));
}

#[test]
fn the_largest_body_is_ignored() {
    let mut stream = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n".to_vec();
    stream.extend(b"GET / HTTP/1.1\r\n".repeat(65_536));
    stream.extend(MARK.as_bytes());
    let seen = in_cuts(&mut serve(None), &stream, 1_000);
    assert_eq!(seen.reasons, ["method-not-allowed", "not-found"]);
    assert!(!seen.closed);
}

fn seen(reply: Reply) -> Seen {
    let mut seen = Seen::default();
    seen.add(reply);
    seen
}

#[test]
fn slow_and_cut_heads_are_told_and_silence_is_not() {
    let begun = || {
        let mut http = serve(None);
        assert_eq!(http.patience(), Some(Duration::from_mins(1)));
        http.received(b"HEAD / HT");
        assert_eq!(http.patience(), Some(Duration::from_secs(30)));
        http
    };
    let slow = seen(begun().too_slow());
    assert!(slow.text().starts_with("HTTP/1.1 408 ") && slow.closed && slow.reasons == ["head-too-slow"], "{slow:?}");
    let cut = seen(begun().ended());
    assert!(cut.text().starts_with("HTTP/1.1 400 ") && cut.closed && cut.reasons == ["incomplete-request"], "{cut:?}");
    for quiet in [
        b"".as_slice(),
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\na",
    ] {
        let http = || {
            let mut http = serve(None);
            in_cuts(&mut http, quiet, 9);
            assert_eq!(http.patience(), Some(Duration::from_mins(1)));
            http
        };
        for reply in [http().too_slow(), http().ended()] {
            assert_eq!(seen(reply), Seen { closed: true, ..Seen::default() });
        }
    }
}

#[test]
fn nothing_is_answered_after_the_last_answer() {
    let mut http = serve(None);
    assert!(http.received(b"GET / HTTP/1.0\r\n\r\nGET / HT").close);
    let reply = http.received(b"TP/1.0\r\n\r\n");
    assert_eq!(seen(reply), Seen { closed: true, ..Seen::default() });
    assert_eq!(seen(http.ended()), Seen { closed: true, ..Seen::default() });
}

#[test]
fn manners_bend_the_answers() {
    let request = MARK.repeat(2).replace("/mark", "/");
    let with = |bare_lf, no_length| Http::new(Arc::new(super::HttpSettings { bare_lf, no_length, ..settings(None) }));
    let bare = all_at_once(with(true, false), request.as_bytes());
    assert!(!bare.text().contains('\r') && bare.text().matches("\n\nwelcome").count() == 2 && !bare.closed, "{bare:?}");
    let endless = all_at_once(with(false, true), request.as_bytes());
    assert!(endless.text().ends_with("Connection: close\r\n\r\nwelcome") && endless.closed, "{endless:?}");
    assert!(!endless.text().contains("Content-Length"));
}
