//! What a folder or a file gives, and what it must never give.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use nix::sys::stat::Mode;
use nix::unistd::{Uid, mkfifo, setfsuid};
use tempfile::TempDir;

use super::{Seen, all_at_once, field, get, in_memory, serve, settings};
use crate::peer::service::Service;
use crate::peer::service::http::Http;
use crate::peer::service::http::content::{Content, ContentError};

/// A folder `root` with everything in it, and a secret beside it.
fn tree() -> TempDir {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path().join("root");
    for folder in ["site", "list/sub", "empty", ".git", "odd"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    let files = [
        ("site/index.html", "<h1>index</h1>"),
        ("list/b.css", "b"),
        ("list/a b&.txt", "spaced"),
        ("list/.hidden", "hidden"),
        (".git/config", "hidden"),
        ("none.unknown", "bytes"),
        ("void.txt", ""),
        ("50%.txt", "percent"),
        ("odd/page.html", "odd"),
        ("../secret", "secret"),
    ];
    for (name, text) in files {
        fs::write(root.join(name), text).unwrap();
    }
    let links = [
        ("site/index.html", "inside"),
        ("site", "inside-folder"),
        ("../secret", "out"),
        ("..", "parent"),
        ("/etc/passwd", "absolute"),
        ("/proc/self/root/etc/passwd", "magic"),
        ("loop", "loop"),
        ("../secret", "odd/index.html"),
    ];
    for (target, name) in links {
        symlink(target, root.join(name)).unwrap();
    }
    mkfifo(&root.join("fifo"), Mode::from_bits_truncate(0o644)).unwrap();
    drop(UnixListener::bind(root.join("socket")).unwrap());
    temp
}

#[test]
fn files_are_served_with_what_they_are() {
    let temp = tree();
    let cases = [
        ("/site/", "text/html; charset=utf-8", "<h1>index</h1>"),
        ("/site/index.html", "text/html; charset=utf-8", "<h1>index</h1>"),
        ("/list/b.css?v=2", "text/css; charset=utf-8", "b"),
        ("/list/a%20b%26.txt", "text/plain; charset=utf-8", "spaced"),
        ("/list/a%20b&.txt", "text/plain; charset=utf-8", "spaced"),
        ("/50%25.txt", "text/plain; charset=utf-8", "percent"),
        ("/none.unknown", "application/octet-stream", "bytes"),
        ("/void.txt", "text/plain; charset=utf-8", ""),
        ("/inside", "application/octet-stream", "<h1>index</h1>"),
        ("/inside-folder/", "text/html; charset=utf-8", "<h1>index</h1>"),
        ("http://host/list/b.css", "text/css; charset=utf-8", "b"),
    ];
    for (target, media, body) in cases {
        let (answer, seen) = get(&temp.path().join("root"), target);
        assert_eq!((answer.status(), field(&answer.head, "Content-Type")), (200, Some(media)), "{target}");
        assert_eq!(answer.body, body.as_bytes(), "{target}");
        assert!(!seen.closed && seen.reasons.is_empty());
    }
}

#[test]
fn nothing_else_is() {
    let temp = tree();
    let cases = [
        ("/none", "not-found"),
        ("/none/", "not-found"),
        ("/site/none", "not-found"),
        ("/none.unknown/", "not-found"),
        ("/none.unknown/x", "not-found"),
        ("/loop", "not-found"),
        ("/magic", "absolute-link"),
        ("/../secret", "hidden-name"),
        ("/..", "hidden-name"),
        ("/%2e%2e/secret", "hidden-name"),
        ("/%2E./secret", "hidden-name"),
        ("/site/%2e%2e/%2e%2e/secret", "hidden-name"),
        ("/site/../../secret", "hidden-name"),
        ("/./site/", "hidden-name"),
        ("/.git/config", "hidden-name"),
        ("/.git/", "hidden-name"),
        ("/list/.hidden", "hidden-name"),
        ("//etc/passwd", "empty-segment"),
        ("/site//index.html", "empty-segment"),
        ("/out", "outside"),
        ("/parent/secret", "outside"),
        ("/parent/root/site/index.html", "outside"),
        ("/absolute", "absolute-link"),
        ("/fifo", "not-a-file"),
        ("/socket", "not-a-file"),
        ("/odd/%5c..%5c", "not-found"),
    ];
    for (target, reason) in cases {
        let (answer, seen) = get(&temp.path().join("root"), target);
        assert_eq!((answer.status(), seen.reasons.join(" ")), (404, reason.to_owned()), "{target}");
        assert!(!seen.closed && answer.body == b"page 404", "{target}");
    }
    let long = format!("/{}", "a".repeat(300));
    assert_eq!(get(&temp.path().join("root"), &long).1.reasons, ["not-found"]);
}

#[test]
fn devices_are_not_files() {
    for target in ["/null", "/zero", "/tty"] {
        let (answer, seen) = get(Path::new("/dev"), target);
        assert_eq!((answer.status(), seen.reasons.len()), (404, 1), "{target}: {:?}", seen.reasons);
    }
    assert!(matches!(Content::new(Some(Path::new("/dev/null"))), Err(ContentError::NotAFile)));
    assert!(matches!(Content::new(Some(Path::new("/none"))), Err(ContentError::Unreachable(_))));
    // Nobody writes to it: opening it must not wait.
    assert!(matches!(Content::new(Some(&tree().path().join("root/fifo"))), Err(ContentError::NotAFile)));
}

#[test]
fn a_folder_without_its_slash_is_elsewhere() {
    let temp = tree();
    fs::create_dir(temp.path().join("root/\\host")).unwrap();
    let cases = [
        ("/site", "/site/"),
        ("/list/sub?a=b", "/list/sub/?a=b"),
        ("/inside-folder", "/inside-folder/"),
        ("/%5chost", "/%5Chost/"),
        ("/\\host", "/%5Chost/"),
        ("http://other/site", "/site/"),
    ];
    for (target, location) in cases {
        let (answer, seen) = get(&temp.path().join("root"), target);
        assert_eq!((answer.status(), field(&answer.head, "Location")), (301, Some(location)), "{target}");
        assert!(seen.reasons.is_empty() && answer.body == b"page 301");
    }
}

#[test]
fn folders_are_listed_sorted_without_what_is_hidden_or_no_file() {
    let temp = tree();
    let root = temp.path().join("root");
    let expected = "/list/\n<li><a href=\"../\">../</a></li>\n\
        <li><a href=\"a%20b%26.txt\">a b&amp;.txt</a></li>\n\
        <li><a href=\"b.css\">b.css</a></li>\n<li><a href=\"sub/\">sub/</a></li>\ntrue";
    let (answer, _) = get(&root, "/list/");
    assert_eq!(String::from_utf8(answer.body).unwrap(), expected);
    assert_eq!(field(&answer.head, "Content-Type"), Some("text/html; charset=utf-8"));
    let (answer, _) = get(&root, "/");
    let page = String::from_utf8(answer.body).unwrap();
    assert!(page.starts_with("/\n<li>") && page.contains("href=\"50%25.txt\""), "{page}");
    for absent in [".git", "fifo", "socket", "../"] {
        assert!(!page.contains(absent), "{absent}: {page}");
    }
    // An index that leads outside is as if it were not there.
    assert!(get(&root, "/odd/").0.body.starts_with(b"/odd/\n"));
}

#[test]
fn hostile_names_are_harmless_and_their_links_work() {
    let temp = tempfile::tempdir().unwrap();
    let names: [&[u8]; 6] = [b"\"><script>alert(1)", b"\x1b[2J", b"a\r\nX: y", b"\xff\xfe", b"'&amp;", b"#?%2f"];
    for name in names {
        fs::write(temp.path().join(OsStr::from_bytes(name)), name).unwrap();
    }
    let page = String::from_utf8(get(temp.path(), "/").0.body).unwrap();
    assert!(!page.contains("<script") && !page.contains(['\x1b', '\r']), "{page}");
    let links: Vec<&str> = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(links.len(), names.len());
    for link in links {
        let (answer, _) = get(temp.path(), &format!("/{link}"));
        assert!(answer.status() == 200 && names.contains(&answer.body.as_slice()), "{link}");
    }
}

#[test]
fn an_endless_folder_is_cut() {
    let temp = in_memory();
    for number in 0..10_001 {
        File::create(temp.path().join(number.to_string())).unwrap();
    }
    let (answer, _) = get(temp.path(), "/");
    let page = String::from_utf8(answer.body).unwrap();
    assert!(page.ends_with("false") && page.matches("<li>").count() == 10_000);
}

#[test]
fn one_file_is_served_as_the_root_and_by_its_name() {
    let temp = tree();
    let page = temp.path().join("root/site/index.html");
    for target in ["/", "/index.html", "/?x", "/%69ndex.html"] {
        assert_eq!(get(&page, target).0.body, b"<h1>index</h1>", "{target}");
    }
    for target in ["/index.html/", "/other", "/site/index.html", "/../index.html"] {
        assert_eq!(get(&page, target).1.reasons, ["not-found"], "{target}");
    }
    let http = || serve(Some(&page));
    let (before, request) = (http(), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    fs::write(&page, "changed").unwrap();
    assert!(all_at_once(before, request).bytes.ends_with(b"changed"));
    let before = http();
    fs::remove_file(&page).unwrap();
    assert_eq!(all_at_once(before, request).reasons, ["not-found"]);
}

#[test]
fn large_files_are_not_read_into_memory() {
    let temp = tempfile::tempdir().unwrap();
    File::create(temp.path().join("large")).unwrap().set_len(200_000).unwrap();
    let request = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2);
    let seen = all_at_once(serve(Some(temp.path())), request.as_bytes());
    assert_eq!(seen.answers().iter().map(|answer| answer.body.len()).collect::<Vec<_>>(), [200_000, 200_000]);
    let head = all_at_once(serve(Some(temp.path())), request.replace("GET", "HEAD").as_bytes());
    assert_eq!(head.text().matches("Content-Length: 200000\r\n\r\n").count(), 2);
    assert!(head.bytes.len() < 1_000);
}

#[test]
fn what_may_not_be_read_is_an_error_of_the_server() {
    let temp = tree();
    let root = temp.path().join("root");
    fs::set_permissions(temp.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for name in ["void.txt", "empty"] {
        fs::set_permissions(root.join(name), fs::Permissions::from_mode(0o000)).unwrap();
    }
    let unreadable = move || {
        // This thread alone is nobody to the file system from here on; who may not become so is not root either.
        setfsuid(Uid::from_raw(65_534));
        for target in ["/void.txt", "/empty/"] {
            let (answer, seen) = get(&root, target);
            assert_eq!((answer.status(), seen.reasons.join(" ")), (500, "unreadable".to_owned()), "{target}");
            assert!(!seen.closed);
        }
    };
    thread::spawn(unreadable).join().unwrap();
}

/// What a request that had begun to come by that moment gets.
fn asked_by(http: &mut Http, arrived: Option<Instant>, request: &str) -> Seen {
    if let Some(moment) = arrived {
        http.arrived_by(moment);
    }
    let mut seen = Seen::default();
    seen.add(http.received(request.as_bytes()));
    seen
}

#[test]
fn one_opening_serves_those_who_had_come_and_nobody_else() {
    const REQUEST: &str = "GET /list/b.css HTTP/1.1\r\nHost: a\r\n\r\n";
    let temp = tree();
    let root = temp.path().join("root");
    let shared = Arc::new(settings(Some(&root)));
    let client = || Http::new(Arc::clone(&shared));
    let before = Instant::now();
    assert!(asked_by(&mut client(), Some(before), REQUEST).bytes.ends_with(b"\r\nb"));
    fs::write(root.join("list/b.css"), "c").unwrap();
    // It was asked for before it was written: either is right, and this one costs no opening.
    assert!(asked_by(&mut client(), Some(before), REQUEST).bytes.ends_with(b"\r\nb"));
    assert!(
        asked_by(&mut client(), Some(before), &REQUEST.replace("GET", "HEAD")).text().contains("Content-Length: 1")
    );
    // Behind another request, or begun before: nobody knows when it came.
    let behind = asked_by(&mut client(), Some(before), &REQUEST.repeat(2));
    assert_eq!(behind.answers().iter().map(|answer| answer.body.as_slice()).collect::<Vec<_>>(), [b"b", b"c"]);
    let mut begun = client();
    asked_by(&mut begun, Some(before), &REQUEST[..9]);
    assert!(asked_by(&mut begun, Some(before), &REQUEST[9..]).bytes.ends_with(b"\r\nc"));
    let mut with_body = client();
    let (head, body) = ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", format!("x{REQUEST}"));
    asked_by(&mut with_body, Some(before), head);
    assert!(asked_by(&mut with_body, Some(before), &body).bytes.ends_with(b"\r\nc"));
    for arrived in [None, Some(Instant::now())] {
        assert!(asked_by(&mut client(), arrived, REQUEST).bytes.ends_with(b"\r\nc"));
    }
    fs::remove_file(root.join("list/b.css")).unwrap();
    symlink("../../secret", root.join("list/b.css")).unwrap();
    assert_eq!(asked_by(&mut client(), Some(Instant::now()), REQUEST).reasons, ["outside"]);
}
