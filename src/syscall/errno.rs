//! Linux error numbers: their names and the English text of glibc.
//!
//! Source: errno(3), `asm-generic/errno-base.h` and `asm-generic/errno.h` (the same numbers on
//! x86-64 and aarch64), and glibc's strerror(3) in the C locale.

use serde::{Deserialize, Serialize};

/// A Linux error number, as errno(3) holds it after a failed call.
///
/// Any number can be held; only those of the Linux table have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Errno(i32);

/// One line of the Linux table.
struct Entry {
    errno: Errno,
    name: &'static str,
    english: &'static str,
}

/// Declares the constants of [`Errno`] and the table that describes them, from one list.
macro_rules! errnos {
    ($($name:ident = $number:literal, $english:literal;)*) => {
        impl Errno {
            $(
                #[doc = concat!("`", stringify!($name), "`: ", $english, ", see errno(3).")]
                pub const $name: Self = Self($number);
            )*
        }

        /// Every error number of Linux, sorted by number.
        const TABLE: &[Entry] = &[$(Entry {
            errno: Errno::$name,
            name: stringify!($name),
            english: $english,
        },)*];

        /// The same numbers, as libc has them.
        #[cfg(test)]
        const LIBC: &[(&str, i32)] = &[$((stringify!($name), libc::$name),)*];
    };
}

errnos! {
    EPERM = 1, "Operation not permitted";
    ENOENT = 2, "No such file or directory";
    ESRCH = 3, "No such process";
    EINTR = 4, "Interrupted system call";
    EIO = 5, "Input/output error";
    ENXIO = 6, "No such device or address";
    E2BIG = 7, "Argument list too long";
    ENOEXEC = 8, "Exec format error";
    EBADF = 9, "Bad file descriptor";
    ECHILD = 10, "No child processes";
    EAGAIN = 11, "Resource temporarily unavailable";
    ENOMEM = 12, "Cannot allocate memory";
    EACCES = 13, "Permission denied";
    EFAULT = 14, "Bad address";
    ENOTBLK = 15, "Block device required";
    EBUSY = 16, "Device or resource busy";
    EEXIST = 17, "File exists";
    EXDEV = 18, "Invalid cross-device link";
    ENODEV = 19, "No such device";
    ENOTDIR = 20, "Not a directory";
    EISDIR = 21, "Is a directory";
    EINVAL = 22, "Invalid argument";
    ENFILE = 23, "Too many open files in system";
    EMFILE = 24, "Too many open files";
    ENOTTY = 25, "Inappropriate ioctl for device";
    ETXTBSY = 26, "Text file busy";
    EFBIG = 27, "File too large";
    ENOSPC = 28, "No space left on device";
    ESPIPE = 29, "Illegal seek";
    EROFS = 30, "Read-only file system";
    EMLINK = 31, "Too many links";
    EPIPE = 32, "Broken pipe";
    EDOM = 33, "Numerical argument out of domain";
    ERANGE = 34, "Numerical result out of range";
    EDEADLK = 35, "Resource deadlock avoided";
    ENAMETOOLONG = 36, "File name too long";
    ENOLCK = 37, "No locks available";
    ENOSYS = 38, "Function not implemented";
    ENOTEMPTY = 39, "Directory not empty";
    ELOOP = 40, "Too many levels of symbolic links";
    ENOMSG = 42, "No message of desired type";
    EIDRM = 43, "Identifier removed";
    ECHRNG = 44, "Channel number out of range";
    EL2NSYNC = 45, "Level 2 not synchronized";
    EL3HLT = 46, "Level 3 halted";
    EL3RST = 47, "Level 3 reset";
    ELNRNG = 48, "Link number out of range";
    EUNATCH = 49, "Protocol driver not attached";
    ENOCSI = 50, "No CSI structure available";
    EL2HLT = 51, "Level 2 halted";
    EBADE = 52, "Invalid exchange";
    EBADR = 53, "Invalid request descriptor";
    EXFULL = 54, "Exchange full";
    ENOANO = 55, "No anode";
    EBADRQC = 56, "Invalid request code";
    EBADSLT = 57, "Invalid slot";
    EBFONT = 59, "Bad font file format";
    ENOSTR = 60, "Device not a stream";
    ENODATA = 61, "No data available";
    ETIME = 62, "Timer expired";
    ENOSR = 63, "Out of streams resources";
    ENONET = 64, "Machine is not on the network";
    ENOPKG = 65, "Package not installed";
    EREMOTE = 66, "Object is remote";
    ENOLINK = 67, "Link has been severed";
    EADV = 68, "Advertise error";
    ESRMNT = 69, "Srmount error";
    ECOMM = 70, "Communication error on send";
    EPROTO = 71, "Protocol error";
    EMULTIHOP = 72, "Multihop attempted";
    EDOTDOT = 73, "RFS specific error";
    EBADMSG = 74, "Bad message";
    EOVERFLOW = 75, "Value too large for defined data type";
    ENOTUNIQ = 76, "Name not unique on network";
    EBADFD = 77, "File descriptor in bad state";
    EREMCHG = 78, "Remote address changed";
    ELIBACC = 79, "Can not access a needed shared library";
    ELIBBAD = 80, "Accessing a corrupted shared library";
    ELIBSCN = 81, ".lib section in a.out corrupted";
    ELIBMAX = 82, "Attempting to link in too many shared libraries";
    ELIBEXEC = 83, "Cannot exec a shared library directly";
    EILSEQ = 84, "Invalid or incomplete multibyte or wide character";
    ERESTART = 85, "Interrupted system call should be restarted";
    ESTRPIPE = 86, "Streams pipe error";
    EUSERS = 87, "Too many users";
    ENOTSOCK = 88, "Socket operation on non-socket";
    EDESTADDRREQ = 89, "Destination address required";
    EMSGSIZE = 90, "Message too long";
    EPROTOTYPE = 91, "Protocol wrong type for socket";
    ENOPROTOOPT = 92, "Protocol not available";
    EPROTONOSUPPORT = 93, "Protocol not supported";
    ESOCKTNOSUPPORT = 94, "Socket type not supported";
    EOPNOTSUPP = 95, "Operation not supported";
    EPFNOSUPPORT = 96, "Protocol family not supported";
    EAFNOSUPPORT = 97, "Address family not supported by protocol";
    EADDRINUSE = 98, "Address already in use";
    EADDRNOTAVAIL = 99, "Cannot assign requested address";
    ENETDOWN = 100, "Network is down";
    ENETUNREACH = 101, "Network is unreachable";
    ENETRESET = 102, "Network dropped connection on reset";
    ECONNABORTED = 103, "Software caused connection abort";
    ECONNRESET = 104, "Connection reset by peer";
    ENOBUFS = 105, "No buffer space available";
    EISCONN = 106, "Transport endpoint is already connected";
    ENOTCONN = 107, "Transport endpoint is not connected";
    ESHUTDOWN = 108, "Cannot send after transport endpoint shutdown";
    ETOOMANYREFS = 109, "Too many references: cannot splice";
    ETIMEDOUT = 110, "Connection timed out";
    ECONNREFUSED = 111, "Connection refused";
    EHOSTDOWN = 112, "Host is down";
    EHOSTUNREACH = 113, "No route to host";
    EALREADY = 114, "Operation already in progress";
    EINPROGRESS = 115, "Operation now in progress";
    ESTALE = 116, "Stale file handle";
    EUCLEAN = 117, "Structure needs cleaning";
    ENOTNAM = 118, "Not a XENIX named type file";
    ENAVAIL = 119, "No XENIX semaphores available";
    EISNAM = 120, "Is a named type file";
    EREMOTEIO = 121, "Remote I/O error";
    EDQUOT = 122, "Disk quota exceeded";
    ENOMEDIUM = 123, "No medium found";
    EMEDIUMTYPE = 124, "Wrong medium type";
    ECANCELED = 125, "Operation canceled";
    ENOKEY = 126, "Required key not available";
    EKEYEXPIRED = 127, "Key has expired";
    EKEYREVOKED = 128, "Key has been revoked";
    EKEYREJECTED = 129, "Key was rejected by service";
    EOWNERDEAD = 130, "Owner died";
    ENOTRECOVERABLE = 131, "State not recoverable";
    ERFKILL = 132, "Operation not possible due to RF-kill";
    EHWPOISON = 133, "Memory page has hardware error";
}

/// The names that errno(3) gives to numbers that already have one.
const ALIASES: &[(&str, Errno)] =
    &[("EWOULDBLOCK", Errno::EAGAIN), ("EDEADLOCK", Errno::EDEADLK), ("ENOTSUP", Errno::EOPNOTSUPP)];

impl Errno {
    /// Holds any number, known or not.
    #[must_use]
    pub const fn new(number: i32) -> Self {
        Self(number)
    }

    /// The number, as a program reads it in `errno`.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The name of the C headers, for example `EADDRINUSE`; for a number with two names, the one
    /// that the kernel headers define first (`EAGAIN`, `EDEADLK`, `EOPNOTSUPP`).
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        entry(self).map(|entry| entry.name)
    }

    /// The text of glibc's strerror(3) in the C locale; for an unknown number, `Unknown error`
    /// (glibc adds the number).
    #[must_use]
    pub fn english(self) -> &'static str {
        entry(self).map_or("Unknown error", |entry| entry.english)
    }

    /// The error number that has this exact name or alias.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let known = TABLE.iter().find(|entry| entry.name == name).map(|entry| entry.errno);
        known.or_else(|| ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, errno)| *errno))
    }

    /// The error number, if Linux defines it.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        entry(Self(number)).map(|entry| entry.errno)
    }

    /// Every error number that Linux defines, in increasing order.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|entry| entry.errno)
    }
}

/// The line of the table for an error number.
fn entry(errno: Errno) -> Option<&'static Entry> {
    let index = TABLE.binary_search_by_key(&errno, |entry| entry.errno).ok()?;
    TABLE.get(index)
}

#[cfg(test)]
mod tests {
    use super::{ALIASES, Errno, LIBC, TABLE};
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, I32Deserializer};
    use std::ffi::CStr;

    /// The text of strerror(3); test programs stay in the C locale.
    #[allow(unsafe_code, reason = "only libc knows the reference text")]
    fn strerror(number: i32) -> String {
        // SAFETY: for a known number glibc returns a static string ended by a null character.
        let text = unsafe { CStr::from_ptr(libc::strerror(number)) };
        text.to_string_lossy().into_owned()
    }

    #[test]
    fn english_is_the_text_of_glibc() {
        for errno in Errno::all() {
            assert_eq!(errno.english(), strerror(errno.number()), "{errno:?}");
        }
    }

    #[test]
    fn numbers_are_those_of_libc() {
        for (name, number) in LIBC {
            assert_eq!(Errno::from_name(name).map(Errno::number), Some(*number), "{name}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_complete() {
        assert!(TABLE.is_sorted_by(|left, right| left.errno < right.errno));
        let missing: Vec<i32> = (1..=133).filter(|number| Errno::from_number(*number).is_none()).collect();
        assert_eq!(missing, [41, 58]);
    }

    #[test]
    fn a_name_gives_back_its_number() {
        for errno in Errno::all() {
            assert_eq!(errno.name().and_then(Errno::from_name), Some(errno));
        }
        for (alias, errno) in ALIASES {
            assert_eq!(Errno::from_name(alias), Some(*errno));
        }
        assert_eq!(Errno::EADDRINUSE.name(), Some("EADDRINUSE"));
        assert_eq!(Errno::from_name("eaddrinuse"), None);
    }

    #[test]
    fn an_unknown_number_has_no_name() {
        for number in [-1, 0, 41, 58, 134, 512, i32::MAX] {
            assert_eq!(Errno::from_number(number), None);
            assert_eq!(Errno::new(number).name(), None);
            assert_eq!(Errno::new(number).english(), "Unknown error");
            assert_eq!(Errno::new(number).number(), number);
        }
    }

    #[test]
    fn it_is_read_from_its_number() {
        let number: I32Deserializer<Error> = 98.into_deserializer();
        assert_eq!(Errno::deserialize(number), Ok(Errno::EADDRINUSE));
    }
}
