//! What the server is told of a client while its requests come: what it has begun, and whether others may have its turn.

use std::time::Duration;

use super::{Http, Seen, serve};
use crate::event::peer::Unfinished;
use crate::peer::service::Service;

const HEAD: &str = "GET / HTTP/1.1\r\nHost: a\r\n";

/// A client that has sent so much.
fn having_sent(text: &str) -> Http {
    let mut http = serve(None);
    if !text.is_empty() {
        http.received(text.as_bytes());
    }
    http
}

#[test]
fn what_is_begun_is_counted_and_keeps_the_turn() {
    let body = |rest: &str| format!("{HEAD}Content-Length: 5\r\n\r\n{rest}");
    let chunked = |rest: &str| format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n{rest}");
    let (minute, half) = (Duration::from_mins(1), Duration::from_secs(30));
    let idle = Some(Duration::from_secs(2));
    let cases = [
        (String::new(), (Unfinished::Nothing, 0, 0), idle, minute),
        (format!("{HEAD}\r\n"), (Unfinished::Nothing, 0, 0), idle, minute),
        ("GE".to_owned(), (Unfinished::Head, 0, 2), None, half),
        (HEAD.to_owned(), (Unfinished::Head, 2, 0), None, half),
        (format!("{HEAD}X: y"), (Unfinished::Head, 2, 4), None, half),
        (body(""), (Unfinished::Body, 0, 5), None, minute),
        (body("abc"), (Unfinished::Body, 0, 2), None, minute),
        (body("abcde"), (Unfinished::Nothing, 0, 0), idle, minute),
        (body("abcdeG"), (Unfinished::Head, 0, 1), None, half),
        (chunked("3\r\na"), (Unfinished::Nothing, 0, 0), None, minute),
        ("bad\n".to_owned(), (Unfinished::Nothing, 0, 0), None, minute),
    ];
    for (sent, unfinished, yields, patience) in cases {
        let http = having_sent(&sent);
        assert_eq!((http.unfinished(), http.yields(), http.patience()), (unfinished, yields, Some(patience)), "{sent}");
    }
    assert!(!serve(None).takes_text() && serve(None).leaves_who_takes_nothing());
}

#[test]
fn who_keeps_others_waiting_gets_one_answer() {
    for (waiting, answers) in [(true, 1), (false, 2)] {
        let mut http = serve(None);
        http.others_wait(!waiting);
        http.others_wait(waiting);
        let mut seen = Seen::default();
        seen.add(http.received(format!("{HEAD}\r\n").repeat(2).as_bytes()));
        assert_eq!((seen.answers().len(), seen.closed), (answers, waiting));
    }
}
