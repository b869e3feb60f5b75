//! The head of a request, read strictly (RFC 9112): what could be understood in two ways is refused.

use std::borrow::Cow;
use std::mem::MaybeUninit;
use std::str;

use httparse::{Error, Header};

use super::refusal::Refusal;
use super::scanner::LONGEST_TARGET;
use super::target::{self, Target};
use crate::peer::field::{self, LengthFault, NameFault};

/// The most header lines.
pub const MOST_HEADERS: usize = 100;
/// The largest body that is read, and ignored, in bytes.
pub const LARGEST_BODY: u64 = 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    /// Known, and of no use here.
    NotAllowed,
}

/// Whether the client wants the connection kept, and how it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persistence {
    Close,
    /// HTTP/1.1 keeps it without a word.
    Kept,
    /// HTTP/1.0 wants to be told.
    KeptAloud,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Request<'a> {
    pub method: Method,
    /// The head is sound even where the target is not.
    pub target: Result<Target<'a>, Refusal>,
    pub persistence: Persistence,
    pub body: Body,
}

/// How the body is framed (RFC 9112, 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// So many bytes, at most [`LARGEST_BODY`]; 0 where nothing is said.
    Length(u64),
    /// The client sends it without awaiting a word.
    Chunked,
    /// In chunks, which the client sends once it is told to.
    Awaiting,
}

/// The head as one of the highest version known, where its own is a later minor one (RFC 9110, 2.5).
#[must_use]
pub fn as_known(head: &[u8]) -> Cow<'_, [u8]> {
    let line = head.iter().position(|byte| *byte == b'\n').unwrap_or_default().saturating_sub(1);
    if let [.., b' ', b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'2'..=b'9'] = head[..line] {
        let mut known = head.to_vec();
        known[line - 1] = b'1';
        return Cow::Owned(known);
    }
    Cow::Borrowed(head)
}

/// Whether the first line, its CR LF included, is sound, so that a wrong one is told before the empty line comes.
///
/// # Errors
/// What is wrong with it.
pub fn check_first_line(line: &[u8]) -> Result<(), Refusal> {
    let mut parsed = httparse::Request::new(&mut []);
    match parsed.parse(&as_known(line)) {
        Ok(_) if parsed.path.is_some_and(|path| path.len() > LONGEST_TARGET) => Err(Refusal::TARGET_TOO_LONG),
        Ok(_) => Ok(()),
        Err(error) => match (error, line.split(|byte| *byte == b' ').count()) {
            (_, 2) => Err(Refusal::MISSING_VERSION),
            (Error::Version | Error::NewLine, 3) => Err(version_fault(line)),
            _ => Err(Refusal::BAD_REQUEST_LINE),
        },
    }
}

fn version_fault(line: &[u8]) -> Refusal {
    let version = line.trim_ascii_end().rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    match version {
        [b'H', b'T', b'T', b'P', b'/', digit] if digit.is_ascii_digit() => Refusal::UNSUPPORTED_VERSION,
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit() => {
            Refusal::UNSUPPORTED_VERSION
        }
        _ => Refusal::BAD_VERSION,
    }
}

/// Reads a head that ends with its empty line, of a version that is known.
///
/// # Errors
/// Why it is refused; what follows it in the stream can then not be trusted.
pub fn read(head: &[u8]) -> Result<Request<'_>, Refusal> {
    let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut []);
    match parsed.parse_with_uninit_headers(head, &mut headers) {
        Ok(status) if status.is_complete() => {}
        Ok(_) => return Err(Refusal::BAD_REQUEST_LINE),
        Err(error) => return Err(header_fault(error, head)),
    }
    let old = parsed.version == Some(0);
    let fields = Fields::collect(parsed.headers)?;
    if fields.host.is_none() && !old {
        return Err(Refusal::MISSING_HOST);
    }
    let body = fields.body(old)?;
    Ok(Request {
        method: method(parsed.method.unwrap_or_default())?,
        target: target::read(parsed.path.unwrap_or_default()),
        persistence: fields.persistence(old),
        body,
    })
}

fn method(name: &str) -> Result<Method, Refusal> {
    match name {
        "GET" => Ok(Method::Get),
        "HEAD" => Ok(Method::Head),
        "POST" | "PUT" | "DELETE" | "OPTIONS" | "PATCH" | "TRACE" | "CONNECT" => Ok(Method::NotAllowed),
        _ => Err(Refusal::UNKNOWN_METHOD),
    }
}

/// httparse says that a line is wrong, not how.
fn header_fault(error: Error, head: &[u8]) -> Refusal {
    match error {
        Error::TooManyHeaders => Refusal::TOO_MANY_HEADERS,
        Error::HeaderName => {
            head.split(|byte| *byte == b'\n').skip(1).find_map(name_fault).unwrap_or(Refusal::BAD_HEADER_NAME)
        }
        Error::HeaderValue => Refusal::BAD_HEADER_VALUE,
        _ => Refusal::BAD_REQUEST_LINE,
    }
}

/// What is wrong with a line of trailers, its end included.
#[must_use]
pub fn line_fault(line: &[u8]) -> Option<Refusal> {
    if field::is_folded(line) { Some(Refusal::OBS_FOLD) } else { name_fault(line) }
}

fn name_fault(line: &[u8]) -> Option<Refusal> {
    let line = line.trim_ascii_end();
    if line.is_empty() {
        return None;
    }
    field::name_fault(line).map(|fault| match fault {
        NameFault::MissingColon => Refusal::MISSING_COLON,
        NameFault::SpaceBeforeColon => Refusal::SPACE_BEFORE_COLON,
        NameFault::NoToken => Refusal::BAD_HEADER_NAME,
    })
}

/// The header lines that matter here.
#[derive(Default)]
struct Fields<'a> {
    host: Option<&'a [u8]>,
    length: Option<&'a [u8]>,
    coding: Option<Coding>,
    wishes: Wishes,
}

/// The transfer codings of a body, read together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Coding {
    /// `chunked`, alone.
    Chunked,
    /// Something follows `chunked`: where the body ends is not known (RFC 9112, 6.3).
    Faulty,
    /// Another, or none.
    Unknown,
}

/// What the client says of the connection.
#[derive(Clone, Copy, Default)]
struct Wishes {
    close: bool,
    keep_alive: bool,
    /// `Expect: 100-continue`.
    awaits: bool,
}

impl<'a> Fields<'a> {
    fn collect(headers: &[Header<'a>]) -> Result<Fields<'a>, Refusal> {
        let mut fields = Fields::default();
        for header in headers {
            fields.add(header.name, header.value.trim_ascii())?;
        }
        Ok(fields)
    }

    fn add(&mut self, name: &str, value: &'a [u8]) -> Result<(), Refusal> {
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        if is("host") {
            if self.host.replace(value).is_some() {
                return Err(Refusal::DUPLICATE_HOST);
            }
            // Empty is allowed: a client whose URI has no host says so (RFC 9112, 3.2).
            if !value.is_empty() && !target::is_host(value) {
                return Err(Refusal::BAD_HOST);
            }
        } else if is("content-length") {
            // Even twice the same: RFC 9110 (8.6) leaves the choice, and the strict one cannot be abused.
            if self.length.replace(value).is_some() {
                return Err(Refusal::DUPLICATE_LENGTH);
            }
        } else if is("transfer-encoding") {
            self.add_codings(value);
        } else if is("connection") {
            self.add_options(value);
        } else if is("expect") {
            self.wishes.awaits |= value.eq_ignore_ascii_case(b"100-continue");
        }
        Ok(())
    }

    fn add_options(&mut self, value: &[u8]) {
        for option in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            self.wishes.close |= option.eq_ignore_ascii_case(b"close");
            self.wishes.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
        }
    }

    fn add_codings(&mut self, value: &[u8]) {
        // Empty elements of a list mean nothing (RFC 9110, 5.6.1).
        let codings = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        if self.coding.is_none() && codings.clone().all(<[u8]>::is_empty) {
            self.coding = Some(Coding::Unknown);
        }
        for coding in codings.filter(|coding| !coding.is_empty()) {
            let chunked = coding.eq_ignore_ascii_case(b"chunked");
            self.coding = Some(match self.coding {
                None if chunked => Coding::Chunked,
                Some(Coding::Chunked | Coding::Faulty) => Coding::Faulty,
                None | Some(Coding::Unknown) => Coding::Unknown,
            });
        }
    }

    fn body(&self, old: bool) -> Result<Body, Refusal> {
        match (self.length, self.coding) {
            (Some(_), Some(_)) => Err(Refusal::LENGTH_AND_ENCODING),
            // HTTP/1.0 has no codings: who says so may have had the head changed on its way (RFC 9112, 6.1).
            (None, Some(_)) if old => Err(Refusal::OLD_ENCODING),
            (None, Some(Coding::Chunked)) if self.wishes.awaits => Ok(Body::Awaiting),
            (None, Some(Coding::Chunked)) => Ok(Body::Chunked),
            (None, Some(Coding::Faulty)) => Err(Refusal::BAD_ENCODING),
            (None, Some(Coding::Unknown)) => Err(Refusal::TRANSFER_ENCODING),
            (None, None) => Ok(Body::Length(0)),
            (Some(digits), None) => length(digits).map(Body::Length),
        }
    }

    fn persistence(&self, old: bool) -> Persistence {
        // A client that awaits a word before its body may keep the body to itself once it has the whole answer: where
        // the next request starts is then unknown (RFC 9110, 10.1.1).
        let wishes = self.wishes;
        if wishes.close || wishes.awaits && (self.length.is_some() || self.coding.is_some()) {
            return Persistence::Close;
        }
        match (old, wishes.keep_alive) {
            (false, _) => Persistence::Kept,
            (true, true) => Persistence::KeptAloud,
            (true, false) => Persistence::Close,
        }
    }
}

fn length(digits: &[u8]) -> Result<u64, Refusal> {
    match field::length(digits) {
        Ok(length @ ..=LARGEST_BODY) => Ok(length),
        Ok(_) | Err(LengthFault::TooLarge) => Err(Refusal::BODY_TOO_LARGE),
        Err(LengthFault::NotDigits) => Err(Refusal::BAD_LENGTH),
    }
}

#[cfg(test)]
mod tests {
    use super::{Refusal, read};

    #[test]
    fn what_the_scanner_never_lets_through_is_no_request_either() {
        for (head, refusal) in [
            ("GET / HTTP/1.0\r\nX: y\r\n", Refusal::BAD_REQUEST_LINE),
            ("GET / HTTP/1.0\r\nX: \0\r\n\r\n", Refusal::BAD_HEADER_VALUE),
        ] {
            assert_eq!(read(head.as_bytes()), Err(refusal), "{head:?}");
        }
    }
}
