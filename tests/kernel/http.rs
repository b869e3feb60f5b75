//! `serve --http` on real connections, the same in each mode.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;

use socketlab::event::peer::{End, Mode, PeerNote};
use socketlab::event::{Event, PeerEvent};
use socketlab::peer::server::Settings;
use socketlab::peer::service::http::content::Content;
use socketlab::peer::service::http::file_cache::FileCache;
use socketlab::peer::service::http::{Http, HttpSettings, HttpWords};
use socketlab::peer::tally::Tally;

use crate::support::peer::{EVERY_MODE, Lab, alone, read_all, settings};

#[path = "../../src/peer/service/http/tests/table.rs"]
mod table;

const WORDS: HttpWords = HttpWords {
    welcome: "welcome",
    status: |status, reason| format!("page {status} {}", reason.unwrap_or_default()),
    folder: |path, rows, complete| format!("{path}\n{rows}{complete}"),
};

const MARK: &str = "GET /mark HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

fn http(mode: Mode, path: Option<&Path>) -> Settings {
    let (content, cache) = (Content::new(path).unwrap(), FileCache::default());
    let shared = Arc::new(HttpSettings { content, cache, words: WORDS, bare_lf: false, no_length: false });
    Settings { make: Box::new(move || Box::new(Http::new(Arc::clone(&shared)))), ..settings(mode) }
}

/// Everything that is answered until the server closes, without what depends on the clock.
fn answered(lab: &Lab, request: &[u8]) -> String {
    let mut stream = lab.connect();
    stream.write_all(request).unwrap();
    let (bytes, end) = read_all(&stream);
    end.unwrap();
    let text = String::from_utf8_lossy(&bytes);
    text.split_inclusive('\n').filter(|line| !line.starts_with("Date: ")).collect()
}

/// A request, and behind it one that must be answered only where the connection goes on.
fn check(lab: &Lab, row: &table::Row) -> String {
    let (request, status, reason, kept) = row;
    let text = answered(lab, format!("{}{MARK}", request.replace('~', "\r\n")).as_bytes());
    let marks = usize::from(*kept);
    assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{row:?}: {text}");
    assert!(!text.ends_with(" 404 not-found") || *kept || *reason == "not-found", "{row:?}: {text}");
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1 + marks, "{row:?}: {text}");
    let told = reason.is_empty() || request.contains("HEAD ") || text.contains(&format!("page {status} {reason}"));
    assert!(told, "{row:?}: {text}");
    text
}

#[test]
fn each_mode_gives_each_request_the_same_answer() {
    alone("each_mode_gives_each_request_the_same_answer", || {
        let mut before: Option<Vec<String>> = None;
        for mode in EVERY_MODE {
            println!("{mode:?}");
            let lab = Lab::tcp(http(mode, None));
            let rows = table::GOOD.iter().chain(table::REFUSED).chain(table::FOR_GOOD);
            let answers: Vec<String> = rows.map(|row| check(&lab, row)).collect();
            assert!(answers.len() >= 186);
            assert!(before.as_ref().is_none_or(|before| *before == answers), "{mode:?}");
            before = Some(answers);
            lab.finish();
        }
    });
}

#[test]
fn requests_in_one_piece_are_all_answered_in_order() {
    alone("requests_in_one_piece_are_all_answered_in_order", || {
        for mode in EVERY_MODE {
            println!("{mode:?}");
            let lab = Lab::tcp(http(mode, None));
            let good: Vec<_> = table::GOOD.iter().chain(table::REFUSED).filter(|row| row.3).collect();
            let stream: String = good.iter().map(|row| row.0.replace('~', "\r\n")).collect();
            let text = answered(&lab, (stream + MARK).as_bytes());
            let statuses: Vec<u16> =
                text.split("HTTP/1.1 ").skip(1).map(|answer| answer[..3].parse().unwrap()).collect();
            let wanted: Vec<u16> = good.iter().map(|row| row.1).chain([404]).collect();
            assert_eq!(statuses, wanted, "{mode:?}");
            lab.finish();
        }
    });
}

/// One request on a connection that is kept.
fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(b"GET /page.html HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).unwrap();
        assert_ne!(count, 0, "{text}");
        text.push_str(str::from_utf8(&buffer[..count]).unwrap());
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
        if body.len() == length.parse::<usize>().unwrap() {
            return body.to_owned();
        }
    }
}

#[test]
fn a_page_is_new_at_the_next_request_however_it_was_saved() {
    alone("a_page_is_new_at_the_next_request_however_it_was_saved", || {
        for mode in EVERY_MODE {
            println!("{mode:?}");
            let temp = tempfile::tempdir().unwrap();
            let root = temp.path().join("root");
            fs::create_dir(&root).unwrap();
            fs::write(temp.path().join("secret"), "secret").unwrap();
            let (page, other) = (root.join("page.html"), root.join("other"));
            fs::write(&page, "version 000").unwrap();
            let lab = Lab::tcp(http(mode, Some(&root)));
            let mut stream = lab.connect();
            // All within a tick of the clock that dates files, and of the same size.
            for number in 0..200 {
                let text = format!("version {number:03}");
                if number % 2 == 0 {
                    fs::write(&page, &text).unwrap();
                } else {
                    fs::write(&other, &text).unwrap();
                    fs::rename(&other, &page).unwrap();
                }
                assert_eq!(ask(&mut stream), text);
            }
            for target in ["../secret", "/etc/hostname"] {
                fs::remove_file(&page).unwrap();
                symlink(target, &page).unwrap();
                assert!(ask(&mut stream).starts_with("page 404 "), "{target}");
            }
            drop(stream);
            lab.finish();
        }
    });
}

/// What a client gets of a large file that is made shorter once its answer has begun.
fn cut_short(lab: &Lab, file: &File) -> (u64, std::io::Result<()>) {
    let mut stream = lab.connect();
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
    let mut buffer = vec![0; 1 << 16];
    let mut count = stream.read(&mut buffer[..1]).unwrap() as u64;
    file.set_len(1).unwrap();
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return (count, Ok(())),
            Ok(more) => count += more as u64,
            Err(error) => return (count, Err(error)),
        }
    }
}

#[test]
fn an_answer_whose_file_shrinks_does_not_look_whole() {
    alone("an_answer_whose_file_shrinks_does_not_look_whole", || {
        for mode in EVERY_MODE {
            println!("{mode:?}");
            let temp = tempfile::tempdir().unwrap();
            let file = File::create(temp.path().join("large")).unwrap();
            // More than both ends of a connection hold.
            file.set_len(256 << 20).unwrap();
            let lab = Lab::tcp(http(mode, Some(temp.path())));
            let (count, end) = cut_short(&lab, &file);
            assert!(count < 256 << 20, "{count}");
            assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
            lab.assert_end(1, End::BrokenOff);
            let tally = Arc::clone(&lab.tally);
            let events = lab.finish();
            let note = events.iter().find_map(|event| match event {
                Event::Peer(PeerEvent::Note { note: PeerNote::AnswerBrokenOff { client, missing, errno } }) => {
                    Some((*client, *missing, *errno))
                }
                _ => None,
            });
            assert!(
                note.is_some_and(|(client, missing, errno)| (client, errno) == (1, None) && missing > 0),
                "{note:?}"
            );
            assert_eq!(Tally::of(&tally.errors), 1);
        }
    });
}

#[test]
fn a_half_closed_client_is_told_what_is_missing() {
    alone("a_half_closed_client_is_told_what_is_missing", || {
        for mode in EVERY_MODE {
            let lab = Lab::tcp(http(mode, None));
            let mut stream = lab.connect();
            stream.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel").unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            let (bytes, _) = read_all(&stream);
            assert!(bytes.ends_with(b"page 400 incomplete-body"), "{mode:?}");
            lab.finish();
        }
    });
}
