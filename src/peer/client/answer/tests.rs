use httparse::{EMPTY_HEADER, Response};
use proptest::prelude::*;

use super::fault::Kind;
use super::{Close, Fact, Reader};
use crate::event::answer::{Answer, Framing};

/// What becomes of an answer given in pieces of so many bytes, then ended so.
fn read(method: &'static str, (bytes, piece): (&[u8], usize), close: Close) -> (Answer, Vec<Fact>) {
    let mut reader = Reader::to(method);
    let mut facts: Vec<Fact> = bytes.chunks(piece).flat_map(|piece| reader.read(piece)).collect();
    facts.extend(reader.close(close));
    (reader.answer().clone(), facts)
}

/// The same whole and byte by byte: the id of its fault, or none.
fn fault_of(method: &'static str, bytes: &[u8], close: Close) -> Option<String> {
    let whole = read(method, (bytes, usize::MAX), close);
    assert_eq!(whole, read(method, (bytes, 1), close), "{}", bytes.escape_ascii());
    assert!(whole.1.iter().filter(|fact| matches!(fact, Fact::Fault(_))).count() <= 1);
    whole.0.fault.map(|fault| fault.detail)
}

fn detail(bytes: &[u8]) -> Option<String> {
    fault_of("GET", bytes, Close::Ordinary)
}

/// Answers of RFC 9110 and 9112 that are sound: where the body ends, and how long it is.
#[test]
fn sound_answers() {
    let rows: [(&[u8], Framing, u64); 28] = [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", Framing::ContentLength, 3),
        (b"HTTP/1.1 200 OK\r\ncontent-length:3\r\n\r\nabc", Framing::ContentLength, 3),
        (b"HTTP/1.1 200 OK\r\nContent-Length: \t 003 \t\r\n\r\nabc", Framing::ContentLength, 3),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Framing::ContentLength, 0),
        (b"HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\n\0", Framing::ContentLength, 1),
        (b"HTTP/1.1 200 D\xe9j\xe0 \t vu\r\nContent-Length: 1\r\n\r\n\n", Framing::ContentLength, 1),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", Framing::ContentLength, 2),
        (b"HTTP/1.1 599 ?\r\nContent-Length: 2\r\n\r\nno", Framing::ContentLength, 2),
        (b"HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nno", Framing::ContentLength, 2),
        (b"HTTP/1.1 200 OK\r\nX:\r\nY: \xe9\r\nZ: a:b\r\nContent-Length: 0\r\n\r\n", Framing::ContentLength, 0),
        // Until the close: RFC 9112, 6.3, rules 4 and 8.
        (b"HTTP/1.1 200 OK\r\n\r\nabc", Framing::UntilClose, 3),
        (b"HTTP/1.0 200 OK\r\n\r\n", Framing::UntilClose, 0),
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nabcd", Framing::UntilClose, 4),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc", Framing::UntilClose, 3),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", Framing::UntilClose, 5),
        // No body, whatever the lines say: rule 1.
        (b"HTTP/1.1 204 No Content\r\n\r\n", Framing::NoBody, 0),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", Framing::NoBody, 0),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n", Framing::NoBody, 0),
        (b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", Framing::NoBody, 0),
        // Interim answers.
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", Framing::NoBody, 0),
        (
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 \r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
            Framing::ContentLength,
            1,
        ),
        // Chunks: RFC 9112, 7.1.
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", Framing::Chunked, 3),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n", Framing::Chunked, 0),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n000\r\n\r\n", Framing::Chunked, 0),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n00A\r\n0123456789\r\n1\r\n\n\r\n0\r\n\r\n", Framing::Chunked, 11),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na;b;c=d ; e = \"f\\\"g;\"\r\n0123456789\r\n0;z\r\n\r\n", Framing::Chunked, 10),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nExpires: now\r\nX:\r\n\r\n", Framing::Chunked, 1),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\r\n\r\n0\r\n\r\n", Framing::Chunked, 2),
    ];
    for (bytes, framing, body) in rows {
        assert_eq!(detail(bytes), None, "{}", bytes.escape_ascii());
        let (answer, facts) = read("GET", (bytes, 3), Close::Ordinary);
        assert_eq!((answer.framing, answer.body, answer.excess), (Some(framing), body, 0), "{}", bytes.escape_ascii());
        assert_eq!(facts.iter().filter(|fact| **fact == Fact::Whole).count(), 1, "{}", bytes.escape_ascii());
        // Whoever announces the end is not waited for.
        let mut reader = Reader::to("GET");
        let _facts = reader.read(bytes);
        assert_eq!(reader.is_settled(), framing != Framing::UntilClose, "{}", bytes.escape_ascii());
    }
}

#[test]
fn an_answer_to_head_has_no_body() {
    for bytes in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n"[..],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 404 No\r\n\r\n",
    ] {
        assert_eq!(fault_of("HEAD", bytes, Close::Ordinary), None);
        let more = [bytes, b"abc"].concat();
        assert_eq!(fault_of("HEAD", &more, Close::Ordinary).as_deref(), Some("bytes-after-no-body"));
    }
    assert_eq!(fault_of("HEAD", b"HEAD / HTTP/1.1\r\n", Close::Ordinary).as_deref(), Some("request-echoed"));
}

/// The head of a sound answer, and lines of it.
fn with_lines(lines: &[u8]) -> Vec<u8> {
    [b"HTTP/1.1 200 OK\r\n", lines, b"\r\n"].concat()
}

#[test]
fn what_is_no_status_line() {
    let rows: [(&[u8], &str); 34] = [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not-http"),
        (b"hello", "not-http"),
        (b"<html>", "not-http"),
        (b"\0", "not-http"),
        (b"http/1.1 200 OK\r\n", "not-http"),
        (b" HTTP/1.1 200 OK\r\n", "not-http"),
        (b"HTTP 200 OK\r\n", "not-http"),
        (b"HEAD", "not-http"),
        (b"GETTY", "not-http"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "request-echoed"),
        (b"\x15\x03\x01\x00\x02\x02\x28", "tls"),
        (b"\x16\x03\x01", "tls"),
        (b"\r\nHTTP/1.1 200 OK\r\n\r\n", "blank-line-first"),
        (b"\nHTTP/1.1 200 OK\r\n\r\n", "blank-line-first"),
        (b"\rHTTP", "not-http"),
        (b"HTTP/1.1 200 OK\n", "bare-lf"),
        (b"HTTP/1.1 200 OK\rX", "bare-cr"),
        (b"HTTP/1.1 200 OK\0\r\n", "nul-byte"),
        (b"HTTP/1.1 200 O\x1b[31mK\r\n", "control-byte"),
        (b"HTTP/1.1 200 OK\x7f\r\n", "control-byte"),
        (b"HTTP/2 200 OK\r\n", "bad-version"),
        (b"HTTP/2.0 200 OK\r\n", "bad-version"),
        (b"HTTP/0.9 200 OK\r\n", "bad-version"),
        (b"HTTP/1.10 200 OK\r\n", "bad-version"),
        (b"HTTP/1.1\t200 OK\r\n", "bad-version"),
        (b"HTTP/1.1\r\n", "missing-status"),
        (b"HTTP/1.1 \r\n", "missing-status"),
        (b"HTTP/1.1 OK\r\n", "missing-status"),
        (b"HTTP/1.1  200 OK\r\n", "bad-status"),
        (b"HTTP/1.1 20 OK\r\n", "bad-status"),
        (b"HTTP/1.1 2000 OK\r\n", "bad-status"),
        (b"HTTP/1.1 600 OK\r\n", "bad-status"),
        (b"HTTP/1.1 099 OK\r\n", "bad-status"),
        (b"HTTP/1.1 200\r\n", "missing-space-after-status"),
    ];
    for (bytes, wanted) in rows {
        assert_eq!(detail(bytes).as_deref(), Some(wanted), "{}", bytes.escape_ascii());
    }
    assert_eq!(detail(b"HTTP/1.1 -20 OK\r\n").as_deref(), Some("bad-status"));
    assert_eq!(detail(b"HTTP/1.1 101 Switching Protocols\r\n\r\n").as_deref(), Some("unasked-upgrade"));
    // A whole answer of lines that end with \n alone, as the classic first server sends it.
    assert_eq!(detail(b"HTTP/1.1 200 OK\nContent-Length: 5\n\nabc").as_deref(), Some("bare-lf"));
}

#[test]
fn what_is_no_header_line() {
    let rows: [(&[u8], &str); 37] = [
        (b"X: a\n", "bare-lf"),
        (b"X: a\rb\r\n", "bare-cr"),
        (b"X: a\r\r\n", "bare-cr"),
        (b"X: a\0b\r\n", "nul-byte"),
        (b"X: \x08\r\n", "control-byte"),
        (b" X: a\r\n", "obs-fold"),
        (b"X: a\r\n\tb\r\n", "obs-fold"),
        (b"<html><body>\r\n", "missing-colon"),
        (b"Content-Length 3\r\n", "missing-colon"),
        (b"Content-Length : 3\r\n", "space-before-colon"),
        (b"X\t: 3\r\n", "space-before-colon"),
        (b": 3\r\n", "bad-header-name"),
        (b"Content Length: 3\r\n", "bad-header-name"),
        (b"X\xe9: 3\r\n", "bad-header-name"),
        (b"X(y): 3\r\n", "bad-header-name"),
        (b"Content-Length: \r\n", "bad-content-length"),
        (b"Content-Length: -1\r\n", "bad-content-length"),
        (b"Content-Length: +3\r\n", "bad-content-length"),
        (b"Content-Length: 3.0\r\n", "bad-content-length"),
        (b"Content-Length: 0x3\r\n", "bad-content-length"),
        (b"Content-Length: 3 3\r\n", "bad-content-length"),
        (b"Content-Length: 3, 3\r\n", "bad-content-length"),
        (b"Content-Length: %d\r\n", "bad-content-length"),
        (b"Content-Length: 18446744073709551616\r\n", "content-length-too-large"),
        (b"Content-Length: 3\r\nContent-Length: 3\r\n", "duplicate-content-length"),
        (b"Content-Length: 3\r\nContent-Length: 4\r\n", "conflicting-content-lengths"),
        (b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "length-and-transfer-encoding"),
        (b"Transfer-Encoding: gzip\r\nContent-Length: 3\r\n", "length-and-transfer-encoding"),
        (b"Transfer-Encoding: \r\n", "bad-transfer-encoding"),
        (b"Transfer-Encoding: ,\r\n", "bad-transfer-encoding"),
        (b"Transfer-Encoding: chunked,\r\n", "bad-transfer-encoding"),
        (b"Transfer-Encoding: chun ked\r\n", "bad-transfer-encoding"),
        (b"Transfer-Encoding: chunked;q=1\r\n", "bad-transfer-encoding"),
        (b"Transfer-Encoding: chunked, chunked\r\n", "bad-transfer-encoding"),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "bad-transfer-encoding"),
        (b"Transfer-Encoding: \"chunked\"\r\n", "bad-transfer-encoding"),
        (b"\n", "bare-lf"),
    ];
    for (lines, wanted) in rows {
        assert_eq!(detail(&with_lines(lines)).as_deref(), Some(wanted), "{}", lines.escape_ascii());
    }
    let old = b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(detail(old).as_deref(), Some("transfer-encoding-in-http-1-0"));
    let long = [b"X: ".to_vec(), vec![b'a'; 70_000]].concat();
    assert_eq!(detail(&with_lines(&long)).as_deref(), Some("head-too-large"));
    assert_eq!(detail(&with_lines(&b"X: a\r\n".repeat(20_000))).as_deref(), Some("head-too-large"));
}

#[test]
fn what_is_no_chunk() {
    let rows: [(&[u8], &str); 26] = [
        (b"\r\n", "bad-chunk-size"),
        (b"g\r\n", "bad-chunk-size"),
        (b"-1\r\n", "bad-chunk-size"),
        (b"+1\r\n", "bad-chunk-size"),
        (b"0x1\r\n", "bad-chunk-size"),
        (b" 1\r\n", "bad-chunk-size"),
        (b"1 \r\n", "bad-chunk-size"),
        (b"1 1\r\n", "bad-chunk-size"),
        (b"<html>\r\n", "bad-chunk-size"),
        (b"10000000000000000\r\n", "chunk-size-too-large"),
        (b"3;\r\n", "bad-chunk-extension"),
        (b"3;=a\r\n", "bad-chunk-extension"),
        (b"3;a=\r\n", "bad-chunk-extension"),
        (b"3;a=\"b\r\n", "bad-chunk-extension"),
        (b"3;a=b c\r\n", "bad-chunk-extension"),
        (b"3\n", "bare-lf"),
        (b"3\rabc", "bare-cr"),
        (b"3\0\r\n", "nul-byte"),
        (b"3\r\nabcd\r\n", "chunk-not-ended"),
        (b"3\r\nabc\n", "chunk-not-ended"),
        (b"3\r\nabc\rd", "chunk-not-ended"),
        (b"3\r\nabc0\r\n\r\n", "chunk-not-ended"),
        (b"0\r\nX a\r\n\r\n", "missing-colon"),
        (b"0\r\nX : a\r\n\r\n", "space-before-colon"),
        (b"0\r\nContent-Length: 3\r\n\r\n", "forbidden-trailer"),
        (b"0\r\n\n", "bare-lf"),
    ];
    for (body, wanted) in rows {
        let bytes = [&with_lines(b"Transfer-Encoding: chunked\r\n"), body].concat();
        assert_eq!(detail(&bytes).as_deref(), Some(wanted), "{}", body.escape_ascii());
    }
    let chunked = with_lines(b"Transfer-Encoding: chunked\r\n");
    let long = [&chunked[..], b"3;", &[b'a'; 5000]].concat();
    assert_eq!(detail(&long).as_deref(), Some("chunk-line-too-long"));
    let trailers = [&chunked[..], b"0\r\n", &b"X: a\r\n".repeat(20_000)].concat();
    assert_eq!(detail(&trailers).as_deref(), Some("head-too-large"));
}

/// What was announced, and what came.
type Counts = Option<(u64, u64)>;

#[test]
fn what_is_cut() {
    let rows: [(&[u8], &str, Counts); 19] = [
        (b"", "no-answer", None),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "interim-only", None),
        (b"HTTP/1.1 100 Continue\r\n", "cut-head", None),
        (b"H", "cut-status-line", None),
        (b"G", "cut-status-line", None),
        (b"HTTP/1.1 200 OK", "cut-status-line", None),
        (b"HTTP/1.1 200 OK\r", "cut-status-line", None),
        (b"HTTP/1.1 200 OK\r\n", "cut-head", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n", "cut-head", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nabc", "cut-head", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc", "short-body", Some((50, 3))),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n", "short-body", Some((u64::MAX, 0))),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "missing-last-chunk", None),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3", "missing-last-chunk", None),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", "short-chunk", Some((3, 2))),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
            "short-chunk",
            Some((u64::MAX, 0)),
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc", "missing-last-chunk", None),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "missing-last-chunk", None),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "cut-trailer", None),
    ];
    for (bytes, wanted, counts) in rows {
        for close in [Close::Ordinary, Close::Abrupt] {
            assert_eq!(fault_of("GET", bytes, close).as_deref(), Some(wanted), "{}", bytes.escape_ascii());
            let fault = read("GET", (bytes, 1), close).0.fault.unwrap();
            assert_eq!(fault.announced.zip(fault.came), counts, "{}", bytes.escape_ascii());
            assert_eq!(fault.offset, bytes.len() as u64);
        }
    }
    let open = b"HTTP/1.1 200 OK\r\n\r\nabc";
    assert_eq!(fault_of("GET", open, Close::Abrupt).as_deref(), Some("never-closed"));
}

#[test]
fn what_is_too_much() {
    let rows: [(&[u8], &str, u64); 6] = [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabcdef", "bytes-after-length", 4),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n\n", "bytes-after-length", 1),
        (b"HTTP/1.1 204 No Content\r\n\r\nhello", "bytes-after-no-body", 5),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\nabc", "bytes-after-no-body", 3),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\r\n", "bytes-after-last-chunk", 2),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "bytes-after-length", 19),
    ];
    for (bytes, wanted, excess) in rows {
        assert_eq!(detail(bytes).as_deref(), Some(wanted), "{}", bytes.escape_ascii());
        assert_eq!(read("GET", (bytes, 1), Close::Abrupt).0.excess, excess);
    }
}

#[test]
fn the_line_at_fault_is_quoted_up_to_its_byte() {
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Length : 3\r\n\r\nabc";
    let fault = read("GET", (bytes, 1), Close::Ordinary).0.fault.unwrap();
    assert_eq!((fault.offset, fault.quote.as_str()), (36, "Content-Length : 3"));
    let fault = read("GET", (b"HTTP/1.1 200 OK\n", 4), Close::Ordinary).0.fault.unwrap();
    assert_eq!((fault.offset, fault.quote.as_str()), (15, "HTTP/1.1 200 OK\\n"));
}

/// Pieces of answers, sound or not, so that chance reaches deep.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&[u8]> = vec![
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 404 \r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n",
        b"Content-Length: 3\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"X: y\r\n",
        b"\r\n",
        b"\n",
        b"3\r\n",
        b"abc",
        b"0\r\n",
        b"3;a=\"b\"\r\nabc\r\n0\r\n\r\n",
        b"\0",
    ];
    let piece = prop_oneof![8 => prop::sample::select(known).prop_map(<[u8]>::to_vec), 1 => any::<Vec<u8>>()];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_verdict_does_not_depend_on_the_cuts(
        bytes in pieces(),
        cuts in prop::collection::vec(1_usize..20, 1..10),
        abrupt in any::<bool>(),
        head in any::<bool>(),
    ) {
        let close = if abrupt { Close::Abrupt } else { Close::Ordinary };
        let method = if head { "HEAD" } else { "GET" };
        let whole = read(method, (&bytes, usize::MAX), close);
        let mut reader = Reader::to(method);
        let (mut rest, mut facts) = (&bytes[..], Vec::new());
        for cut in cuts.iter().cycle() {
            let (piece, left) = rest.split_at((*cut).min(rest.len()));
            facts.extend(reader.read(piece));
            rest = left;
            if rest.is_empty() {
                break;
            }
        }
        facts.extend(reader.close(close));
        prop_assert_eq!((reader.answer().clone(), facts), whole.clone());
        // Each answer is whole, or has one fault; no byte of the body is counted twice.
        let ends = whole.1.iter().filter(|fact| !matches!(fact, Fact::Head { .. })).count();
        prop_assert!(ends >= 1);
        prop_assert!(whole.0.body + whole.0.excess <= bytes.len() as u64);
    }

    /// A head that is accepted is one for httparse too, with the same status.
    #[test]
    fn a_sound_head_is_sound_for_another_parser(bytes in pieces()) {
        let (answer, _) = read("GET", (&bytes, usize::MAX), Close::Ordinary);
        let interim = bytes.starts_with(b"HTTP/1.1 1");
        if let Some(status) = answer.status.filter(|_| !interim) {
            let mut headers = [EMPTY_HEADER; 64];
            let mut response = Response::new(&mut headers);
            prop_assert!(response.parse(&bytes).is_ok_and(|parsed| parsed.is_complete()));
            prop_assert_eq!(response.code, Some(status));
        }
    }
}

#[test]
fn every_kind_is_met_by_these_tables() {
    let tables = include_str!("tests.rs");
    for kind in Kind::ALL {
        assert!(tables.contains(&format!("\"{}\"", kind.detail)), "{kind:?}");
    }
}
