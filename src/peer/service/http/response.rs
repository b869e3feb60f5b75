//! The head of an answer.

use std::io::Write;

use super::request::Persistence;
use super::{HttpSettings, date};

/// What a head says.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    pub status: u16,
    /// `Content-Type`.
    pub media: &'a str,
    /// Bytes of the body, which HEAD does not get.
    pub length: u64,
    /// Where 301 leads to; already encoded.
    pub location: Option<&'a str>,
    pub persistence: Persistence,
}

/// Appends a head, its empty line included.
pub fn push_head(out: &mut Vec<u8>, head: &Head<'_>, settings: &HttpSettings) {
    let end: &[u8] = if settings.bare_lf { b"\n" } else { b"\r\n" };
    let mut line = |parts: [&[u8]; 2]| {
        for part in parts {
            out.extend_from_slice(part);
        }
        out.extend_from_slice(end);
    };
    line([b"HTTP/1.1 ", status_line(head.status).as_bytes()]);
    line([b"Server: ", b"socketlab"]);
    line([b"Content-Type: ", head.media.as_bytes()]);
    line([b"X-Content-Type-Options: ", b"nosniff"]);
    if let Some(location) = head.location {
        line([b"Location: ", location.as_bytes()]);
    }
    if head.status == 405 {
        line([b"Allow: ", b"GET, HEAD"]);
    }
    match head.persistence {
        Persistence::Close => line([b"Connection: ", b"close"]),
        Persistence::KeptAloud => line([b"Connection: ", b"keep-alive"]),
        Persistence::Kept => {}
    }
    out.extend_from_slice(b"Date: ");
    date::push_now(out);
    out.extend_from_slice(end);
    if !settings.no_length {
        out.extend_from_slice(b"Content-Length: ");
        // A Vec takes every write.
        let _ = write!(out, "{}", head.length);
        out.extend_from_slice(end);
    }
    out.extend_from_slice(end);
}

/// Status and reason phrase (RFC 9110, 15).
fn status_line(status: u16) -> &'static str {
    match status {
        200 => "200 OK",
        301 => "301 Moved Permanently",
        400 => "400 Bad Request",
        404 => "404 Not Found",
        405 => "405 Method Not Allowed",
        408 => "408 Request Timeout",
        413 => "413 Content Too Large",
        414 => "414 URI Too Long",
        431 => "431 Request Header Fields Too Large",
        501 => "501 Not Implemented",
        503 => "503 Service Unavailable",
        505 => "505 HTTP Version Not Supported",
        _ => "500 Internal Server Error",
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, Persistence, push_head, status_line};
    use crate::peer::service::http::HttpSettings;
    use crate::peer::service::http::content::Content;
    use crate::peer::service::http::file_cache::FileCache;
    use crate::peer::service::http::refusal::Refusal;
    use crate::peer::service::http::tests::WORDS;

    #[test]
    fn every_status_of_a_refusal_has_its_line() {
        for refusal in Refusal::ALL {
            assert!(status_line(refusal.status).starts_with(&refusal.status.to_string()), "{refusal:?}");
        }
    }

    #[test]
    fn manners_change_the_lines() {
        let head = Head { status: 200, media: "a/b", length: 3, location: None, persistence: Persistence::Close };
        let text = |bare_lf, no_length| {
            let content = Content::Welcome;
            let settings = HttpSettings { content, cache: FileCache::default(), words: WORDS, bare_lf, no_length };
            let mut out = Vec::new();
            push_head(&mut out, &head, &settings);
            String::from_utf8(out).unwrap()
        };
        let plain = text(false, false);
        assert!(plain.contains("Content-Length: 3\r\n\r\n") && plain.contains("Connection: close\r\n"), "{plain}");
        let bent = text(true, true);
        assert!(!bent.contains('\r') && !bent.contains("Content-Length") && bent.ends_with("\n\n"), "{bent}");
    }
}
