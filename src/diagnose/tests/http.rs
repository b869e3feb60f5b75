use crate::diagnose::tests::script::{Script, call, receive, sending};
use crate::finding::{Detail, Id, Severity};
use crate::syscall::errno::Errno;
use crate::syscall::sys::{Direction, Sys};

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A server that answers and closes.
fn answers(response: &[u8]) -> Script {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, REQUEST).send(4, response).close(4).awaits(3);
    script
}

/// A server that answers and leaves the connection open, until the peer leaves.
fn stays(response: &[u8]) -> Script {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, REQUEST).send(4, response).recv_end(4).close(4).awaits(3);
    script
}

#[test]
fn right_answers() {
    for response in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nabc"[..],
        b"HTTP/1.0 200 OK\r\n\r\nabc",
        b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 200 \r\nConnection: close\r\n\r\nabc",
    ] {
        answers(response).finds(&[]);
    }
    stays(b"HTTP/1.1 204 No Content\r\n\r\n").finds(&[]);
    stays(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc").finds(&[]);
}

#[test]
fn lines_without_cr() {
    let script = answers(b"HTTP/1.1 200 OK\nContent-Length: 3\n\nabc");
    assert_eq!(script.severity(Id::HttpBareLf), Some(Severity::Weakness));
    let script = answers(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n<html></html>");
    assert_eq!(script.severity(Id::HttpBareLf), Some(Severity::Defect));
    answers(b"bonjour\nmonde\n").finds(&[]);
}

#[test]
fn status_lines() {
    for line in ["HTTP/1.1 OK\r\n\r\n", "HTTP 200 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1\r\n\r\n"] {
        answers(line.as_bytes()).finds(&[Id::HttpStatusLine]);
    }
}

#[test]
fn lengths_of_bodies() {
    for response in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"[..],
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Lenght: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: trois\r\n\r\nabc",
    ] {
        answers(response).finds(&[Id::HttpContentLength]);
    }
    let mut head = Script::server();
    head.accept(3, 4).recv(4, b"HEAD / HTTP/1.0\r\n\r\n").send(4, b"HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\n");
    head.close(4).awaits(3);
    head.finds(&[]);
    let mut cut_off = Script::server();
    cut_off.accept(3, 4).recv(4, REQUEST).send(4, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    cut_off.does(sending(4, b"defghij").fails(Errno::EPIPE)).close(4).awaits(3);
    cut_off.finds(&[]);
    let mut kept_alive = Script::server();
    let response = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
    kept_alive.accept(3, 4).recv(4, REQUEST).send(4, response).recv(4, REQUEST).send(4, response).recv_end(4).close(4);
    kept_alive.finds(&[]);
}

#[test]
fn nothing_says_where_the_body_ends() {
    stays(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nabc").finds(&[Id::HttpNoLength]);
    answers(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nabc").finds(&[]);
    stays(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n").finds(&[]);
}

#[test]
fn requests() {
    let ask = |request: &[u8]| {
        let mut script = Script::client();
        script.send(3, request).recv(3, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").close(3).exits(0);
        script
    };
    ask(REQUEST).finds(&[]);
    ask(b"GET / HTTP/1.0\r\n\r\n").finds(&[]);
    ask(b"GET / HTTP/1.1\r\nUser-Agent: moi\r\n\r\n").finds(&[Id::HttpHostMissing]);
    ask(b"GET / HTTP/1.0\n\n").finds(&[Id::HttpBareLf]);
    ask(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc").finds(&[]);
    ask(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc").finds(&[Id::HttpContentLength]);
    ask(b"GET the book\n").finds(&[]);
}

/// A client that sends this, is answered and closes.
fn asks(request: &[u8]) -> Script {
    let mut script = Script::client();
    script.send(3, request).recv(3, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").close(3).exits(0);
    script
}

/// Sends so many bytes of a file.
fn sends_file(script: &mut Script, fd: i32, bytes: i64) {
    script.does(call(Sys::Sendfile).on(fd).number(5).gives(bytes));
}

fn field(text: &str) -> Vec<Detail> {
    vec![Detail::Field { text: text.to_owned() }]
}

#[test]
fn the_line_in_question_is_told_with_the_send_and_the_close() {
    let wrong = answers(b"HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(wrong.details(Id::HttpStatusLine), field("HTTP/1.1 OK"));
    assert_eq!(wrong.proofs(Id::HttpStatusLine), ["send", "close"]);
    assert_eq!(wrong.finding(Id::HttpStatusLine).fd, Some(4));
    let length = answers(b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length:  10 \r\n\r\nabc");
    assert_eq!(length.details(Id::HttpContentLength), field("Content-Length: 10"));
    let misspelt = answers(b"HTTP/1.1 200 OK\r\nContent-Lenght: 3\r\n\r\nabc");
    assert_eq!(misspelt.details(Id::HttpContentLength), field("Content-Lenght"));
    let host = asks(b"GET / HTTP/1.1\r\nUser-Agent: moi\r\n\r\n");
    assert_eq!(host.details(Id::HttpHostMissing), field("GET / HTTP/1.1"));
    let bare = asks(b"GET / HTTP/1.0\n\n");
    assert_eq!(bare.details(Id::HttpBareLf), field("GET / HTTP/1.0"));
    let long = answers([&b"HTTP "[..], &[b'x'; 200], b"\r\n\r\n"].concat().as_slice());
    assert_eq!(long.details(Id::HttpStatusLine), field(&format!("HTTP {}", "x".repeat(115))));
}

#[test]
fn what_is_not_http_is_not_judged() {
    answers(b"GET / HTTP/1.1\r\n\r\n").finds(&[]);
    asks(b"GET / http\r\nHTTP/1.1\n").finds(&[]);
    asks(b"PUSH / HTTP/1.1\r\n\r\n").finds(&[]);
    let mut datagram = Script::new();
    let answer = call(Sys::Sendto).on(3).carries(Direction::Sent, b"HTTP/1.1 OK\r\n\r\n", 15);
    datagram.udp(3).bind(3, "0.0.0.0:3001").does(answer.number(0).to("127.0.0.1:4000").gives(15)).close(3);
    datagram.finds(&[]);
    let mut denied = Script::server();
    denied.accept(3, 4).recv(4, REQUEST).send(4, b"HTTP/1.1 OK\r\n\r\n");
    denied.does(sending(4, b"x").provoked(Errno::EPIPE)).close(4).awaits(3).finds(&[]);
}

#[test]
fn each_method_makes_a_request() {
    for method in ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        asks(format!("{method} / HTTP/1.1\r\n\r\n").as_bytes()).finds(&[Id::HttpHostMissing]);
    }
}

#[test]
fn status_lines_at_their_limits() {
    for line in ["HTTP/1.1 200", "HTTP/1.0 200", "HTTP/1.1 404 ", "HTTP/1.1 200 OK d'accord"] {
        answers(format!("{line}\r\n\r\n").as_bytes()).finds(&[]);
    }
    for line in ["HTTP/1.1 20", "HTTP/1.1 2x0 OK", "HTTP/1.1 200OK", "HTTP/2 200 OK", "HTTP/1.1  200 OK", "HTTPS"] {
        answers(format!("{line}\r\n\r\n").as_bytes()).finds(&[Id::HttpStatusLine]);
    }
}

#[test]
fn a_header_may_end_with_any_blank_line() {
    for (end, bare) in [("\r\n\r\n", false), ("\n\n", true), ("\n\r\n", true)] {
        let whole = answers(format!("HTTP/1.1 200 OK\r\nContent-Length: 3{end}abc").as_bytes());
        assert!(!whole.has(Id::HttpContentLength), "{end:?}");
        assert_eq!(whole.severity(Id::HttpBareLf), bare.then_some(Severity::Weakness), "{end:?}");
        assert!(answers(format!("HTTP/1.1 200 OK\r\nContent-Length: 4{end}abc").as_bytes()).has(Id::HttpContentLength));
        assert!(answers(format!("HTTP/1.1 200 OK\r\nContent-Length: 2{end}abc").as_bytes()).has(Id::HttpContentLength));
    }
    answers(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na\nb").finds(&[]);
}

#[test]
fn a_client_that_leaves_ends_the_judgement() {
    let start = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n";
    let mut script = Script::server();
    script.accept(3, 4).recv(4, REQUEST).send(4, start).recv_end(4);
    script.does(sending(4, b"\r\nabc").fails(Errno::EPIPE)).close(4).awaits(3);
    assert!(!script.has(Id::HttpBareLf) && !script.has(Id::HttpContentLength));
}

#[test]
fn a_header_that_never_ends() {
    let start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
    let unended = |go_on: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        script.accept(3, 4).recv(4, REQUEST).send(4, start);
        go_on(&mut script);
        script.severity(Id::HttpBareLf)
    };
    let closes = |script: &mut Script| {
        script.recv_end(4).close(4);
    };
    assert_eq!(unended(&closes), Some(Severity::Defect));
    assert_eq!(unended(&|_| {}), None, "the connection is still open");
    let reset = |script: &mut Script| {
        script.recv_error(4, Errno::ECONNRESET).close(4);
    };
    assert_eq!(unended(&reset), None, "the peer broke it");
    let goes_on = |script: &mut Script| {
        script.send(4, &[b'x'; 8192]).close(4);
    };
    assert_eq!(unended(&goes_on), None, "not all of it was kept");
    let mut no_host = Script::client();
    no_host.send(3, b"GET / HTTP/1.1\r\n").recv_end(3).close(3).exits(0);
    no_host.finds(&[Id::HttpBareLf]);
}

#[test]
fn names_of_the_length_that_are_misspelt() {
    let named = |name: &str| answers(format!("HTTP/1.1 200 OK\r\n{name}: 3\r\n\r\nabc").as_bytes());
    for name in ["Content_Length", "ContentLength", "Contnt-Lengh", "Content-Lengths", "Content Length"] {
        named(name).finds(&[Id::HttpContentLength]);
    }
    for name in ["CONTENT-LENGTH", "Content-Len", "Content-Language", "Content-Type", "Length"] {
        named(name).finds(&[]);
    }
    answers(b"HTTP/1.1 200 OK\r\nContent-Length 3\r\n\r\nabc").finds(&[Id::HttpContentLength]);
    answers(b"HTTP/1.1 200 OK\r\nBienvenue\r\n\r\nabc").finds(&[]);
}

#[test]
fn a_length_is_judged_where_all_of_the_body_was_seen() {
    let start = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
    let judged = |request: &[u8], go_on: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        script.accept(3, 4).recv(4, request).send(4, start);
        go_on(&mut script);
        script.has(Id::HttpContentLength)
    };
    let sends = |body: &'static [u8]| {
        move |script: &mut Script| {
            script.send(4, body).close(4);
        }
    };
    assert!(judged(REQUEST, &sends(b"abc")) && judged(REQUEST, &sends(b"abcdefghijk")));
    assert!(!judged(REQUEST, &sends(b"abcdefghij")));
    assert!(!judged(b"HEAD / HTTP/1.0\r\n\r\n", &sends(b"abc")), "its answer has no body");
    assert!(!judged(b"CONNECT a:1 HTTP/1.0\r\n\r\n", &sends(b"abc")), "a tunnel");
    assert!(
        !judged(REQUEST, &|script| {
            script.send(4, b"abc");
        }),
        "it may go on"
    );
    assert!(
        judged(REQUEST, &|script| {
            script.send(4, b"abc").recv_end(4).close(4);
        }),
        "the peer waited in vain"
    );
    for end in [Errno::ECONNRESET, Errno::ETIMEDOUT] {
        assert!(
            !judged(REQUEST, &|script| {
                script.send(4, b"abc").recv_error(4, end).close(4);
            }),
            "the peer broke it"
        );
    }
    assert!(
        !judged(REQUEST, &|script| {
            sends_file(script, 4, 7);
            script.close(4);
        }),
        "the bytes of a file were not seen"
    );
    assert!(
        !judged(REQUEST, &|script| {
            script.does(sending(4, b"abcdefghij").gives(3)).close(4);
        }),
        "a short send says it"
    );
    assert!(
        !judged(REQUEST, &|script| {
            script.send(4, b"abcdefghij").send(4, start).send(4, b"abcdefghij").close(4);
        }),
        "the next answer"
    );
}

#[test]
fn statuses_without_a_body() {
    for (status, judged) in [("100 Continue", false), ("204 No Content", false), ("304 Not Modified", false)]
        .into_iter()
        .chain([("200 OK", true), ("404 Not Found", true), ("301 Moved", true)])
    {
        let script = answers(format!("HTTP/1.1 {status}\r\nContent-Length: 10\r\n\r\n").as_bytes());
        assert_eq!(script.has(Id::HttpContentLength), judged, "{status}");
        let script = stays(format!("HTTP/1.1 {status}\r\nServer: moi\r\n\r\n").as_bytes());
        assert_eq!(script.has(Id::HttpNoLength), judged, "{status}");
    }
}

#[test]
fn one_request_after_the_other_on_one_connection() {
    let post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    for next in ["GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\n", "DELETE /x HTTP/1.1\r\n"] {
        asks(format!("{post}{next}Host: x\r\n\r\n").as_bytes()).finds(&[]);
    }
    asks(format!("{post}d").as_bytes()).finds(&[Id::HttpContentLength]);
    let huge = "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nabc";
    answers(huge.as_bytes()).finds(&[Id::HttpContentLength]);
}

#[test]
fn bytes_that_were_not_seen() {
    let mut body = Script::server();
    body.accept(3, 4).recv(4, REQUEST).send(4, b"HTTP/1.1 OK\r\n\r\n");
    sends_file(&mut body, 4, 100);
    body.close(4).awaits(3).finds(&[Id::HttpStatusLine]);
    let mut request = Script::client();
    request.send(3, b"POST / HTTP/1.1\r\n\r\n");
    sends_file(&mut request, 3, 100);
    request.recv(3, b"HTTP/1.1 200 OK\r\n\r\n").close(3).exits(0);
    request.finds(&[]);
}

#[test]
fn a_peer_that_had_to_leave_for_the_body_to_end() {
    let start = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nabc";
    let lacks = |go_on: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        script.accept(3, 4).recv(4, REQUEST);
        go_on(&mut script);
        script.has(Id::HttpNoLength)
    };
    assert!(lacks(&|script| {
        script.send(4, start).recv_end(4).close(4);
    }));
    assert!(lacks(&|script| {
        script.send(4, start).recv_error(4, Errno::ECONNRESET).close(4);
    }));
    assert!(
        !lacks(&|script| {
            script.recv_end(4).send(4, start).close(4);
        }),
        "the client had closed its direction before"
    );
    assert!(
        !lacks(&|script| {
            script.send(4, start).shutdown(4, "SHUT_WR").recv_end(4).close(4);
        }),
        "the end of the direction says it"
    );
    assert!(
        !lacks(&|script| {
            script.send(4, start).does(sending(4, b"x").fails(Errno::EPIPE)).close(4);
        }),
        "it was still answering"
    );
    for waits in [Sys::Recv, Sys::Recvfrom, Sys::Recvmsg, Sys::Read] {
        assert!(
            lacks(&|script| {
                script.send(4, start).begins(call(waits).on(4));
            }),
            "{waits:?}: both wait"
        );
    }
    assert!(
        !lacks(&|script| {
            script.send(4, start);
        }),
        "it may close yet"
    );
    assert!(
        !lacks(&|script| {
            script.send(4, start).begins(sending(4, b"def"));
        }),
        "it is still answering"
    );
    assert!(
        !lacks(&|script| {
            script.send(4, start).accept(3, 5).begins(receive(5, b"", 1024));
        }),
        "it waits for another client"
    );
}

#[test]
fn what_says_where_a_body_ends() {
    for (line, wrong) in [
        ("Content-Length: 3", None),
        ("Transfer-Encoding: chunked", None),
        ("Content-Type: text/event-stream", None),
        ("Content-Type: multipart/x-mixed-replace; boundary=x", None),
        ("Content-Type: multipart/mixed", Some(Id::HttpNoLength)),
        ("Content-Lenght: 3", Some(Id::HttpContentLength)),
        ("Content-Length 3", Some(Id::HttpContentLength)),
    ] {
        let script = stays(format!("HTTP/1.1 200 OK\r\n{line}\r\n\r\nabc").as_bytes());
        script.finds(wrong.as_slice());
    }
    let mut client = Script::client();
    client.send(3, b"HTTP/1.1 200 OK\r\nServer: moi\r\n\r\n").recv_end(3).close(3).exits(0);
    client.finds(&[]);
}
