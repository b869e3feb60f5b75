//! Each request by itself, byte by byte, and behind others: the outcome is the same.

use std::sync::Arc;
use std::time::Duration;

use super::table::{FOR_GOOD, GOOD, REFUSED, Row};
use super::{Seen, all_at_once, in_cuts, serve, settings};
use crate::peer::service::http::Http;
use crate::peer::service::{Reply, Service};

const MARK: &str = "GET /mark HTTP/1.1\r\nHost: a\r\n\r\n";

fn rows() -> impl Iterator<Item = (Vec<u8>, &'static Row)> {
    let rows = GOOD.iter().chain(REFUSED).chain(FOR_GOOD);
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
    assert!(rows().count() >= 186);
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
fn a_body_in_chunks_that_is_not_whole_is_told() {
    let begun = || {
        let mut http = serve(None);
        let reply = http.received(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
        assert_eq!(seen(reply), Seen::default());
        http
    };
    let slow = seen(begun().too_slow());
    assert!(slow.text().starts_with("HTTP/1.1 408 ") && slow.closed && slow.reasons == ["body-too-slow"], "{slow:?}");
    let cut = seen(begun().ended());
    assert!(cut.text().starts_with("HTTP/1.1 400 ") && cut.closed && cut.reasons == ["incomplete-body"], "{cut:?}");
    let mut whole = begun();
    let last = seen(whole.received(b"lo\r\n0\r\n\r\n"));
    assert!(last.text().starts_with("HTTP/1.1 405 ") && !last.closed, "{last:?}");
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
