//! Why a request is refused. The words are the reader's: here are a status and a stable id.

/// A status and the id of its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// From 400 to 599.
    pub status: u16,
    /// Kebab-case, stable: scripts and the sentences know it.
    pub reason: &'static str,
}

/// Declares each refusal once, and the list of all.
macro_rules! refusals {
    ($($name:ident = $status:literal $reason:literal;)*) => {
        impl Refusal {
            $(pub const $name: Refusal = Refusal { status: $status, reason: $reason };)*
            /// Every refusal there is.
            #[cfg(test)]
            pub const ALL: &'static [Refusal] = &[$(Refusal::$name),*];
        }
    };
}

refusals! {
    // The bytes are no head: RFC 9112, 2.2 and 3, and RFC 9110, 5.5.
    BARE_LF = 400 "bare-lf";
    BARE_CR = 400 "bare-cr";
    CONTROL_BYTE = 400 "control-byte";
    TLS = 400 "tls";
    INCOMPLETE = 400 "incomplete-request";
    BAD_REQUEST_LINE = 400 "bad-request-line";
    MISSING_VERSION = 400 "missing-version";
    BAD_VERSION = 400 "bad-version";
    // The lines of the head: RFC 9112, 5.
    OBS_FOLD = 400 "obs-fold";
    MISSING_COLON = 400 "missing-colon";
    SPACE_BEFORE_COLON = 400 "space-before-colon";
    BAD_HEADER_NAME = 400 "bad-header-name";
    BAD_HEADER_VALUE = 400 "bad-header-value";
    // Host: RFC 9112, 3.2.
    MISSING_HOST = 400 "missing-host";
    DUPLICATE_HOST = 400 "duplicate-host";
    BAD_HOST = 400 "bad-host";
    // Where the body ends: RFC 9112, 6.
    BAD_LENGTH = 400 "bad-content-length";
    DUPLICATE_LENGTH = 400 "duplicate-content-length";
    LENGTH_AND_ENCODING = 400 "length-and-transfer-encoding";
    OLD_ENCODING = 400 "transfer-encoding-too-old";
    BAD_ENCODING = 400 "bad-transfer-encoding";
    BAD_CHUNK = 400 "bad-chunk";
    INCOMPLETE_BODY = 400 "incomplete-body";
    // The target: RFC 9112, 3.2, and RFC 3986.
    BAD_TARGET = 400 "bad-target";
    ASTERISK_TARGET = 400 "asterisk-target";
    BAD_PERCENT = 400 "bad-percent";
    NUL_IN_TARGET = 400 "nul-in-target";
    ENCODED_SLASH = 400 "encoded-slash";
    // Nothing to serve.
    NOT_FOUND = 404 "not-found";
    HIDDEN_NAME = 404 "hidden-name";
    EMPTY_SEGMENT = 404 "empty-segment";
    OUTSIDE = 404 "outside";
    ABSOLUTE_LINK = 404 "absolute-link";
    NOT_A_FILE = 404 "not-a-file";
    METHOD_NOT_ALLOWED = 405 "method-not-allowed";
    HEAD_TOO_SLOW = 408 "head-too-slow";
    BODY_TOO_SLOW = 408 "body-too-slow";
    BODY_TOO_LARGE = 413 "body-too-large";
    TARGET_TOO_LONG = 414 "target-too-long";
    HEAD_TOO_LARGE = 431 "head-too-large";
    TOO_MANY_HEADERS = 431 "too-many-headers";
    UNREADABLE = 500 "unreadable";
    FILE_CHANGED = 500 "file-changed";
    UNKNOWN_METHOD = 501 "unknown-method";
    TRANSFER_ENCODING = 501 "transfer-encoding";
    NO_DESCRIPTOR = 503 "no-descriptor";
    UNSUPPORTED_VERSION = 505 "unsupported-version";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Refusal;

    #[test]
    fn each_has_its_own_id_and_an_error_status() {
        let ids: BTreeSet<&str> = Refusal::ALL.iter().map(|refusal| refusal.reason).collect();
        assert_eq!(ids.len(), Refusal::ALL.len());
        for refusal in Refusal::ALL {
            assert!((400..600).contains(&refusal.status), "{refusal:?}");
            assert!(refusal.reason.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{refusal:?}");
        }
    }
}
