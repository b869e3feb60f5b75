//! What a file is, by the end of its name.

/// Where the name says nothing known: browsers then offer to keep the file, and never run it.
const UNKNOWN: &str = "application/octet-stream";
pub const HTML: &str = "text/html; charset=utf-8";

/// Extension, without its dot, and media type (IANA's registry).
const TABLE: &[(&[u8], &str)] = &[
    (b"html", HTML),
    (b"htm", HTML),
    (b"css", "text/css; charset=utf-8"),
    (b"js", "text/javascript; charset=utf-8"),
    (b"mjs", "text/javascript; charset=utf-8"),
    (b"json", "application/json"),
    (b"map", "application/json"),
    (b"png", "image/png"),
    (b"jpg", "image/jpeg"),
    (b"jpeg", "image/jpeg"),
    (b"gif", "image/gif"),
    (b"svg", "image/svg+xml"),
    (b"webp", "image/webp"),
    (b"avif", "image/avif"),
    (b"ico", "image/vnd.microsoft.icon"),
    (b"txt", "text/plain; charset=utf-8"),
    (b"md", "text/markdown; charset=utf-8"),
    (b"c", "text/plain; charset=utf-8"),
    (b"h", "text/plain; charset=utf-8"),
    (b"csv", "text/csv; charset=utf-8"),
    (b"xml", "application/xml"),
    (b"pdf", "application/pdf"),
    (b"wasm", "application/wasm"),
    (b"woff", "font/woff"),
    (b"woff2", "font/woff2"),
    (b"mp3", "audio/mpeg"),
    (b"ogg", "audio/ogg"),
    (b"mp4", "video/mp4"),
    (b"webm", "video/webm"),
    (b"zip", "application/zip"),
    (b"gz", "application/gzip"),
];

/// The value of `Content-Type` for a file of that name, or path.
#[must_use]
pub fn of(name: &[u8]) -> &'static str {
    let mut parts = name.rsplitn(2, |byte| *byte == b'.');
    let (Some(extension), Some(_)) = (parts.next(), parts.next()) else { return UNKNOWN };
    TABLE.iter().find(|row| row.0.eq_ignore_ascii_case(extension)).map_or(UNKNOWN, |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::{HTML, UNKNOWN, of};

    #[test]
    fn the_extension_decides() {
        let cases: &[(&[u8], &str)] = &[
            (b"a.html", HTML),
            (b"a.HTM", HTML),
            (b"a.tar.gz", "application/gzip"),
            (b"x/a.png", "image/png"),
            (b"html", UNKNOWN),
            (b"a.", UNKNOWN),
            (b"a.html/x", UNKNOWN),
            (b"", UNKNOWN),
            (b"\xff.txt", "text/plain; charset=utf-8"),
        ];
        for (name, media) in cases {
            assert_eq!(of(name), *media, "{name:?}");
        }
    }
}
