//! The HTTP request of `--http` (RFC 9112).

use crate::peer::client::{Refusal, Settings, Target};

/// The method of the request.
#[must_use]
pub fn method(settings: &Settings) -> &'static str {
    if settings.head { "HEAD" } else { "GET" }
}

/// The bytes of the request for this path, after whose answer the server is to close.
///
/// # Errors
/// A path that would not be one word of the request line.
pub fn bytes(settings: &Settings, path: &str) -> Result<Vec<u8>, Refusal> {
    check(path)?;
    let (method, host, version) = (method(settings), host(&settings.target), env!("CARGO_PKG_VERSION"));
    let lines = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: socketlab/{version}\r\nAccept: */*\r\n\
         Connection: close\r\n\r\n"
    );
    Ok(lines.into_bytes())
}

fn check(path: &str) -> Result<(), Refusal> {
    if path.is_empty() {
        return Err(Refusal::EmptyHttpPath);
    }
    let cuts = |byte: &u8| *byte <= b' ' || *byte == 0x7f;
    match path.bytes().enumerate().find(|(_, byte)| cuts(byte)) {
        Some((position, _)) => Err(Refusal::HttpPath { position }),
        None => Ok(()),
    }
}

/// The field `Host`: without the port that HTTP takes by itself, and without a zone, which means nothing to the server
/// (RFC 6874).
fn host(target: &Target) -> String {
    let Target::Inet { host, port, .. } = target else { return "localhost".to_owned() };
    let name =
        if host.contains(':') { format!("[{}]", host.split('%').next().unwrap_or_default()) } else { host.clone() };
    if *port == 80 { name } else { format!("{name}:{port}") }
}

#[cfg(test)]
mod tests {
    use super::{check, host};
    use crate::peer::client::{Family, Refusal, Target};

    #[test]
    fn the_host_is_what_was_typed() {
        let rows = [
            ("localhost", 3001, "localhost:3001"),
            ("example.org", 80, "example.org"),
            ("::1", 8080, "[::1]:8080"),
            ("fe80::1%eth0", 80, "[fe80::1]"),
        ];
        for (name, port, expected) in rows {
            let target = Target::Inet { host: name.to_owned(), port, family: Family::Any, udp: false };
            assert_eq!(host(&target), expected);
        }
        assert_eq!(host(&Target::Unix("/tmp/s".into())), "localhost");
    }

    #[test]
    fn a_path_is_one_word() {
        assert!(check("/a?b=c#é").is_ok());
        assert!(matches!(check(""), Err(Refusal::EmptyHttpPath)));
        for (path, place) in [("/a b", 2), ("/\r\nHost: x", 1), ("/\0", 1), ("/ab\u{7f}", 3), ("\t", 0)] {
            assert!(matches!(check(path), Err(Refusal::HttpPath { position, .. }) if position == place), "{path:?}");
        }
    }
}
