//! The target of a request: which path, decoded once.

use super::refusal::Refusal;

#[derive(Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// Decoded, without its first slash nor a last one: empty for `/`. Holds no NUL; each `/` is one that was typed.
    pub path: Vec<u8>,
    /// It ended with a slash.
    pub folder: bool,
    /// As it came, with its `?`; may be empty.
    pub query: &'a str,
}

/// Origin-form or absolute-form (RFC 9112, 3.2).
///
/// # Errors
/// Why it is refused.
pub fn read(target: &str) -> Result<Target<'_>, Refusal> {
    if target == "*" {
        return Err(Refusal::ASTERISK_TARGET);
    }
    if !target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
        return Err(Refusal::BAD_TARGET);
    }
    let local = if target.starts_with('/') { target } else { after_host(target)? };
    let (path, query) = local.split_at(local.find('?').unwrap_or(local.len()));
    let path = path.strip_prefix('/').unwrap_or(path);
    let folder = path.is_empty() || path.ends_with('/');
    let path = path.strip_suffix('/').unwrap_or(path);
    Ok(Target { path: decoded(path.as_bytes())?, folder, query })
}

/// What follows the host in `http://host/path`.
fn after_host(target: &str) -> Result<&str, Refusal> {
    let rest = match target.split_at_checked(7) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http://") => rest,
        _ => return Err(Refusal::BAD_TARGET),
    };
    let (host, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if is_host(host.as_bytes()) { Ok(rest) } else { Err(Refusal::BAD_HOST) }
}

fn decoded(path: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((first, after)) = rest.split_first() {
        let (byte, after) = if *first == b'%' { escaped(after)? } else { (*first, after) };
        bytes.push(byte);
        rest = after;
    }
    Ok(bytes)
}

/// The byte of the two digits after a `%`, and what follows them.
fn escaped(rest: &[u8]) -> Result<(u8, &[u8]), Refusal> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let [high, low, rest @ ..] = rest else { return Err(Refusal::BAD_PERCENT) };
    match (digit(*high), digit(*low)) {
        (Some(0), Some(0)) => Err(Refusal::NUL_IN_TARGET),
        (Some(2), Some(15)) => Err(Refusal::ENCODED_SLASH),
        (Some(high), Some(low)) => Ok((high * 16 + low, rest)),
        _ => Err(Refusal::BAD_PERCENT),
    }
}

/// Whether it is `host`, `host:port`, `[v6]` or `[v6]:port` (RFC 3986, 3.2.2), without a user's name.
#[must_use]
pub fn is_host(value: &[u8]) -> bool {
    let (name, port) = match value {
        [b'[', rest @ ..] => {
            let Some(end) = rest.iter().position(|byte| *byte == b']') else { return false };
            let v6 = |byte: &u8| byte.is_ascii_hexdigit() || b":.".contains(byte);
            if end < 2 || !rest[..end].iter().all(v6) {
                return false;
            }
            (&rest[..end], &rest[end + 1..])
        }
        _ => value.split_at(value.iter().position(|byte| *byte == b':').unwrap_or(value.len())),
    };
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%:".contains(byte);
    !name.is_empty() && name.iter().all(in_name) && is_port(port)
}

/// Nothing, or `:` and a port, which may be empty.
fn is_port(port: &[u8]) -> bool {
    match port {
        [] => true,
        [b':', digits @ ..] => digits.len() <= 5 && digits.iter().all(u8::is_ascii_digit) && in_range(digits),
        _ => false,
    }
}

fn in_range(digits: &[u8]) -> bool {
    digits.iter().fold(0_u32, |number, digit| number * 10 + u32::from(digit - b'0')) <= 65_535
}

#[cfg(test)]
mod tests {
    use super::{Target, is_host, read};
    use crate::peer::service::http::refusal::Refusal;

    #[test]
    fn targets_are_decoded_once() {
        let cases: &[(&str, &[u8], bool, &str)] = &[
            ("/", b"", true, ""),
            ("/a", b"a", false, ""),
            ("/a/", b"a", true, ""),
            ("/a%20b?x=%20", b"a b", false, "?x=%20"),
            ("/%2541", b"%41", false, ""),
            ("/%c3%A9", "\u{e9}".as_bytes(), false, ""),
            ("/?", b"", true, "?"),
            ("//", b"", true, ""),
            ("/../x", b"../x", false, ""),
            ("/a%3fb", b"a?b", false, ""),
            ("http://host", b"", true, ""),
            ("HTTP://host:80/a?b", b"a", false, "?b"),
            ("http://[::1]:80?b", b"", true, "?b"),
        ];
        for (target, path, folder, query) in cases {
            assert_eq!(read(target), Ok(Target { path: path.to_vec(), folder: *folder, query }), "{target}");
        }
    }

    #[test]
    fn wrong_targets_say_why() {
        let cases = [
            ("*", Refusal::ASTERISK_TARGET),
            ("", Refusal::BAD_TARGET),
            ("a", Refusal::BAD_TARGET),
            ("a:80", Refusal::BAD_TARGET),
            ("/a#b", Refusal::BAD_TARGET),
            ("/\u{e9}", Refusal::BAD_TARGET),
            ("https://a/", Refusal::BAD_TARGET),
            ("\u{e9}\u{e9}\u{e9}\u{e9}", Refusal::BAD_TARGET),
            ("http://", Refusal::BAD_HOST),
            ("http:///a", Refusal::BAD_HOST),
            ("http://me@a/", Refusal::BAD_HOST),
            ("http://a:70000/", Refusal::BAD_HOST),
            ("/%", Refusal::BAD_PERCENT),
            ("/%4", Refusal::BAD_PERCENT),
            ("/%zz", Refusal::BAD_PERCENT),
            ("/%+1", Refusal::BAD_PERCENT),
            ("/a%00", Refusal::NUL_IN_TARGET),
            ("/a%2fb", Refusal::ENCODED_SLASH),
            ("/a%2Fb", Refusal::ENCODED_SLASH),
        ];
        for (target, refusal) in cases {
            assert_eq!(read(target), Err(refusal), "{target}");
        }
    }

    #[test]
    fn hosts_are_names_or_addresses_with_a_port_or_none() {
        for host in ["a", "a:", "a:80", "127.0.0.1:65535", "[::]", "[::1]:3001", "a-b.example"] {
            assert!(is_host(host.as_bytes()), "{host}");
        }
        for host in [
            "",
            ":80",
            "a b",
            "a:b",
            "a:65536",
            "a:000080",
            "a/b",
            "a@b",
            "[",
            "[]",
            "[1]",
            "[::1",
            "[::1]x",
            "a,b\u{e9}",
            "\"a",
        ] {
            assert!(!is_host(host.as_bytes()), "{host}");
        }
    }
}
