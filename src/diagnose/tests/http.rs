use crate::diagnose::tests::script::{Script, sending};
use crate::finding::{Id, Severity};
use crate::syscall::errno::Errno;

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
