//! Any bytes at all: no panic, bounded memory, the same outcome in every cut.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use super::{all_at_once, in_cuts, in_memory, serve};
use crate::peer::outgoing::Piece;
use crate::peer::service::Service;
use crate::peer::service::http::scanner::LONGEST_HEAD;

/// Pieces of requests, whole or broken, and noise.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let text = |text: &'static str| Just(text.as_bytes().to_vec());
    let piece = prop_oneof![
        text("GET / HTTP/1.1\r\n"),
        text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        text("HEAD /x%20y?z HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
        text("POST /"),
        text(" HTTP/1.1"),
        text("\r\n"),
        text("\r\n\r\n"),
        text("Host: a\r\n"),
        text("Content-Length: 7\r\n"),
        text("Transfer-Encoding: chunked\r\n"),
        text(" "),
        text(":"),
        text("%"),
        vec(any::<u8>(), 0..40),
        vec(b' '..=b'~', 0..40),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_alike_in_every_cut(bytes in stream(), size in 1..50_usize) {
        let whole = all_at_once(serve(None), &bytes);
        let mut http = serve(None);
        let cut = in_cuts(&mut http, &bytes, size);
        assert_eq!((whole.text(), &whole.reasons, whole.closed), (cut.text(), &cut.reasons, cut.closed));
        assert!(http.pending.len() <= LONGEST_HEAD);
        http.too_slow();
    }

    #[test]
    fn any_noise_is_survived(bytes in vec(any::<u8>(), 0..2_000), size in 1..500_usize) {
        in_cuts(&mut serve(None), &bytes, size);
    }

    #[test]
    fn any_target_stays_in_the_folder(target in "[/.%25efa-c\\\\]{0,40}") {
        let temp = in_memory();
        std::fs::create_dir_all(temp.path().join("root/a/b")).unwrap();
        std::fs::write(temp.path().join("secret"), "secret").unwrap();
        std::fs::write(temp.path().join("root/c"), "open").unwrap();
        let request = format!("GET /{target} HTTP/1.1\r\nHost: a\r\n\r\n");
        let seen = all_at_once(serve(Some(&temp.path().join("root"))), request.as_bytes());
        assert!(!seen.text().contains("secret"), "{target}");
    }
}

#[test]
fn little_is_remembered_of_a_head_that_never_ends() {
    let mut http = serve(None);
    for _ in 0..1_000_000 {
        http.received(b"\r\n");
    }
    assert!(http.pending.capacity() < 1_024);
    for _ in 0..100_000 {
        http.received(b"GET / HTTP/1.1\r\nX: yyyyyyyyyyyyyyyyyyyy");
        assert!(http.pending.capacity() <= 4 * LONGEST_HEAD);
    }
}

#[test]
fn many_requests_in_one_reading_do_not_fill_memory() {
    let temp = tempfile::tempdir().unwrap();
    std::fs::write(temp.path().join("small"), vec![b'a'; 64 * 1024]).unwrap();
    std::fs::write(temp.path().join("large"), vec![b'a'; 64 * 1024 + 1]).unwrap();
    // The answer that passes a limit is the last: 2 MiB, and eight files.
    for (name, whole, open) in [("small", 33, 0), ("large", 0, 9)] {
        let mut http = serve(Some(temp.path()));
        let reply = http.received(format!("GET /{name} HTTP/1.1\r\nHost: a\r\n\r\n").repeat(500).as_bytes());
        let memory: usize =
            reply.pieces.iter().map(|piece| if let Piece::Bytes(bytes) = piece { bytes.capacity() } else { 0 }).sum();
        let files = reply.pieces.iter().filter(|piece| matches!(piece, Piece::File { .. })).count();
        assert!(reply.close && memory < 3 * 1024 * 1024, "{name}: {memory} bytes");
        assert_eq!((memory / (64 * 1024), files), (whole, open), "{name}");
    }
}
