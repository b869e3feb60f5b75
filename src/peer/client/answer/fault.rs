//! What an answer is reproached with. The words are the reader's: here are stable ids.

use crate::event::answer::{AnswerFault, AnswerReason};
use crate::syscall::notation::escape;

/// A reason for scripts, and which fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    pub reason: AnswerReason,
    /// Kebab-case, stable: scripts and the sentences know it.
    pub detail: &'static str,
}

/// Declares each kind once, and the list of all.
macro_rules! kinds {
    ($($name:ident = $reason:ident $detail:literal;)*) => {
        impl Kind {
            $(pub const $name: Kind = Kind { reason: AnswerReason::$reason, detail: $detail };)*
            /// Every kind there is.
            #[cfg(test)]
            pub const ALL: &'static [Kind] = &[$(Kind::$name),*];
        }
    };
}

kinds! {
    // The bytes are no head: RFC 9112, 2.2.
    NOT_HTTP = HttpMalformed "not-http";
    REQUEST_ECHOED = HttpMalformed "request-echoed";
    TLS = HttpMalformed "tls";
    BLANK_LINE_FIRST = HttpMalformed "blank-line-first";
    BARE_LF = HttpMalformed "bare-lf";
    BARE_CR = HttpMalformed "bare-cr";
    NUL_BYTE = HttpMalformed "nul-byte";
    CONTROL_BYTE = HttpMalformed "control-byte";
    HEAD_TOO_LARGE = HttpMalformed "head-too-large";
    // The status line: RFC 9112, 4, and RFC 9110, 15.
    BAD_VERSION = HttpMalformed "bad-version";
    MISSING_STATUS = HttpMalformed "missing-status";
    BAD_STATUS = HttpMalformed "bad-status";
    MISSING_STATUS_SPACE = HttpMalformed "missing-space-after-status";
    UNASKED_UPGRADE = HttpMalformed "unasked-upgrade";
    // The header lines: RFC 9112, 5.
    OBS_FOLD = HttpMalformed "obs-fold";
    MISSING_COLON = HttpMalformed "missing-colon";
    SPACE_BEFORE_COLON = HttpMalformed "space-before-colon";
    BAD_HEADER_NAME = HttpMalformed "bad-header-name";
    // Where the body ends: RFC 9112, 6, and RFC 9110, 8.6.
    BAD_LENGTH = HttpMalformed "bad-content-length";
    LENGTH_TOO_LARGE = HttpMalformed "content-length-too-large";
    DUPLICATE_LENGTH = HttpMalformed "duplicate-content-length";
    CONFLICTING_LENGTHS = HttpMalformed "conflicting-content-lengths";
    LENGTH_AND_ENCODING = HttpMalformed "length-and-transfer-encoding";
    BAD_ENCODING = HttpMalformed "bad-transfer-encoding";
    ENCODING_IN_OLD_VERSION = HttpMalformed "transfer-encoding-in-http-1-0";
    // Chunks: RFC 9112, 7.1.
    BAD_CHUNK_SIZE = HttpMalformed "bad-chunk-size";
    CHUNK_TOO_LARGE = HttpMalformed "chunk-size-too-large";
    BAD_CHUNK_EXTENSION = HttpMalformed "bad-chunk-extension";
    CHUNK_LINE_TOO_LONG = HttpMalformed "chunk-line-too-long";
    CHUNK_NOT_ENDED = HttpMalformed "chunk-not-ended";
    FORBIDDEN_TRAILER = HttpMalformed "forbidden-trailer";
    // RFC 9112, 8.
    NO_ANSWER = HttpTruncated "no-answer";
    INTERIM_ONLY = HttpTruncated "interim-only";
    CUT_STATUS_LINE = HttpTruncated "cut-status-line";
    CUT_HEAD = HttpTruncated "cut-head";
    SHORT_BODY = HttpTruncated "short-body";
    SHORT_CHUNK = HttpTruncated "short-chunk";
    MISSING_LAST_CHUNK = HttpTruncated "missing-last-chunk";
    CUT_TRAILER = HttpTruncated "cut-trailer";
    NEVER_CLOSED = HttpTruncated "never-closed";
    // RFC 9112, 6.3.
    AFTER_NO_BODY = HttpOverlong "bytes-after-no-body";
    AFTER_LENGTH = HttpOverlong "bytes-after-length";
    AFTER_LAST_CHUNK = HttpOverlong "bytes-after-last-chunk";
}

/// A fault, and where it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: Kind,
    /// Place of the byte that shows it, from 0; of a truncated answer, how many bytes came.
    pub offset: u64,
    /// Bytes announced, and those that came.
    pub counts: Option<(u64, u64)>,
    /// The line at fault, up to that byte.
    pub quote: Vec<u8>,
}

/// How many bytes of a line are quoted.
const QUOTED: usize = 60;

impl Fault {
    /// The same, as it is told.
    #[must_use]
    pub fn told(&self) -> AnswerFault {
        let Kind { reason, detail } = self.kind;
        let (announced, came) = self.counts.unzip();
        let quote = escape(&self.quote[..self.quote.len().min(QUOTED)]);
        AnswerFault { reason, detail: detail.to_owned(), offset: self.offset, announced, came, quote }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Kind;

    #[test]
    fn scripts_find_each_kind_in_the_documentation() {
        let page = include_str!("../../../../docs/json.md");
        for kind in Kind::ALL {
            assert!(page.contains(&format!("`{}`", kind.detail)), "{kind:?}");
        }
    }

    #[test]
    fn each_kind_has_its_own_id() {
        let ids: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.detail).collect();
        assert_eq!(ids.len(), Kind::ALL.len());
        assert!(ids.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')));
    }
}
