//! Errors of getaddrinfo(3) and getnameinfo(3): their names and the English text of glibc.
//!
//! Source: getaddrinfo(3), `gai_strerror`(3), `getaddrinfo_a`(3) and glibc's `netdb.h`.

use serde::{Deserialize, Serialize};

/// An error of getaddrinfo(3), a negative number in glibc. It is not an errno.
///
/// Any number can be held; only those of glibc have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GaiError(i32);

/// One line of glibc's table.
struct Entry {
    error: GaiError,
    name: &'static str,
    english: &'static str,
}

/// Declares the constants of [`GaiError`] and the table that describes them, from one list.
macro_rules! gai_errors {
    ($($name:ident = $number:literal, $english:literal;)*) => {
        impl GaiError {
            $(
                #[doc = concat!("`", stringify!($name), "`: ", $english, ", see `gai_strerror`(3).")]
                pub const $name: Self = Self($number);
            )*
        }

        /// Every error of glibc, in the order of `netdb.h`.
        const TABLE: &[Entry] = &[$(Entry {
            error: GaiError::$name,
            name: stringify!($name),
            english: $english,
        },)*];
    };
}

gai_errors! {
    EAI_BADFLAGS = -1, "Bad value for ai_flags";
    EAI_NONAME = -2, "Name or service not known";
    EAI_AGAIN = -3, "Temporary failure in name resolution";
    EAI_FAIL = -4, "Non-recoverable failure in name resolution";
    EAI_NODATA = -5, "No address associated with hostname";
    EAI_FAMILY = -6, "ai_family not supported";
    EAI_SOCKTYPE = -7, "ai_socktype not supported";
    EAI_SERVICE = -8, "Servname not supported for ai_socktype";
    EAI_ADDRFAMILY = -9, "Address family for hostname not supported";
    EAI_MEMORY = -10, "Memory allocation failure";
    EAI_SYSTEM = -11, "System error";
    EAI_OVERFLOW = -12, "Result too large for supplied buffer";
    EAI_INPROGRESS = -100, "Processing request in progress";
    EAI_CANCELED = -101, "Request canceled";
    EAI_NOTCANCELED = -102, "Request not canceled";
    EAI_ALLDONE = -103, "All requests done";
    EAI_INTR = -104, "Interrupted by a signal";
    EAI_IDN_ENCODE = -105, "Parameter string not correctly encoded";
}

impl GaiError {
    /// Holds any number, known or not.
    #[must_use]
    pub const fn new(number: i32) -> Self {
        Self(number)
    }

    /// The number that getaddrinfo(3) returned.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The name of `netdb.h`, for example `EAI_NONAME`.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        entry(self).map(|entry| entry.name)
    }

    /// The text of glibc's `gai_strerror`(3) in the C locale; for an unknown number,
    /// `Unknown error`.
    #[must_use]
    pub fn english(self) -> &'static str {
        entry(self).map_or("Unknown error", |entry| entry.english)
    }

    /// The error that has this exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|entry| entry.name == name).map(|entry| entry.error)
    }

    /// The error, if glibc defines it.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        entry(Self(number)).map(|entry| entry.error)
    }

    /// Every error that glibc defines, from -1 downwards.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|entry| entry.error)
    }
}

/// The line of the table for an error.
fn entry(error: GaiError) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.error == error)
}

#[cfg(test)]
mod tests {
    use super::GaiError;
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, I32Deserializer};
    use std::ffi::CStr;

    /// The text of `gai_strerror`(3); test programs stay in the C locale.
    #[allow(unsafe_code, reason = "only libc knows the reference text")]
    fn gai_strerror(number: i32) -> String {
        // SAFETY: glibc returns a static string ended by a null character for any number.
        let text = unsafe { CStr::from_ptr(libc::gai_strerror(number)) };
        text.to_string_lossy().into_owned()
    }

    #[test]
    fn english_is_the_text_of_glibc() {
        for error in GaiError::all() {
            let reference = gai_strerror(error.number());
            // Older versions of glibc (2.36 for one) have no text for EAI_OVERFLOW.
            if error == GaiError::EAI_OVERFLOW && reference == "Unknown error" {
                continue;
            }
            assert_eq!(error.english(), reference, "{error:?}");
        }
    }

    #[test]
    fn numbers_are_those_of_libc() {
        let pairs = [
            (GaiError::EAI_BADFLAGS, libc::EAI_BADFLAGS),
            (GaiError::EAI_NONAME, libc::EAI_NONAME),
            (GaiError::EAI_AGAIN, libc::EAI_AGAIN),
            (GaiError::EAI_FAIL, libc::EAI_FAIL),
            (GaiError::EAI_NODATA, libc::EAI_NODATA),
            (GaiError::EAI_FAMILY, libc::EAI_FAMILY),
            (GaiError::EAI_SOCKTYPE, libc::EAI_SOCKTYPE),
            (GaiError::EAI_SERVICE, libc::EAI_SERVICE),
            (GaiError::EAI_MEMORY, libc::EAI_MEMORY),
            (GaiError::EAI_SYSTEM, libc::EAI_SYSTEM),
            (GaiError::EAI_OVERFLOW, libc::EAI_OVERFLOW),
        ];
        for (error, number) in pairs {
            assert_eq!(error.number(), number, "{error:?}");
        }
    }

    #[test]
    fn a_name_gives_back_its_number() {
        for error in GaiError::all() {
            assert_eq!(error.name().and_then(GaiError::from_name), Some(error));
            assert_eq!(GaiError::from_number(error.number()), Some(error));
        }
        assert_eq!(GaiError::EAI_NONAME.name(), Some("EAI_NONAME"));
        assert_eq!(GaiError::from_name("EAI_NOPE"), None);
    }

    #[test]
    fn an_unknown_number_has_no_name() {
        for number in [0, 1, -13, -106, i32::MIN] {
            assert_eq!(GaiError::from_number(number), None);
            assert_eq!(GaiError::new(number).name(), None);
            assert_eq!(GaiError::new(number).english(), "Unknown error");
        }
    }

    #[test]
    fn it_is_read_from_its_number() {
        let number: I32Deserializer<Error> = (-2).into_deserializer();
        assert_eq!(GaiError::deserialize(number), Ok(GaiError::EAI_NONAME));
    }
}
