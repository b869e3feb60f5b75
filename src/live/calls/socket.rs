//! Calls on sockets and descriptors.

use std::ffi::CString;

use super::{Implementation, bad};
use crate::live::arithmetic::Datum;
use crate::live::interpreter::Interpreter;
use crate::live::kernel::Refusal;
use crate::live::memory::FIRST_PAGE;
use crate::syscall::name::Name;

pub(super) const TABLE: &[(Name, Implementation)] = &[
    (Name::Socket, socket),
    (Name::Bind, bind),
    (Name::Listen, listen),
    (Name::Accept, accept),
    (Name::Connect, connect),
    (Name::Getsockname, getsockname),
    (Name::Getpeername, getpeername),
    (Name::Send, send),
    (Name::Recv, recv),
    (Name::Sendto, sendto),
    (Name::Recvfrom, recvfrom),
    (Name::Write, write),
    (Name::Read, read),
    (Name::Close, close),
    (Name::Shutdown, shutdown),
    (Name::Setsockopt, setsockopt),
    (Name::Getsockopt, getsockopt),
    (Name::Socketpair, socketpair),
    (Name::Dup, dup),
    (Name::Dup2, dup2),
    (Name::Lseek, lseek),
    (Name::Fcntl, fcntl),
    (Name::Unlink, unlink),
];

type Made = Result<i64, Refusal>;

#[allow(unsafe_code, reason = "libc call")]
fn socket(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (family, kind, protocol) = (a[0].as_int(), a[1].as_int(), a[2].as_int());
    // SAFETY: three numbers; the kernel refuses those it does not know.
    Ok(caller.timed(|| unsafe { libc::socket(family, kind, protocol) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn bind(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, address, length) = (caller.descriptor(&a[0]), caller.address_in(&a[1], &a[2])?, a[2].as_unsigned());
    // SAFETY: the kernel reads at most 128 bytes, checked to be ours, or answers EFAULT for a page never mapped.
    Ok(caller.timed(|| unsafe { libc::bind(fd, address, length) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn listen(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, backlog) = (caller.descriptor(&a[0]), a[1].as_int());
    // SAFETY: two numbers.
    Ok(caller.timed(|| unsafe { libc::listen(fd, backlog) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn accept(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let fd = caller.descriptor(&a[0]);
    let (address, length) = caller.address_out(&a[1], &a[2])?;
    // SAFETY: the kernel writes at most what `*length` announces, checked to be ours; NULL and unmapped are allowed.
    Ok(caller.timed(|| unsafe { libc::accept(fd, address, length) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn connect(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, address, length) = (caller.descriptor(&a[0]), caller.address_in(&a[1], &a[2])?, a[2].as_unsigned());
    // SAFETY: as for bind.
    Ok(caller.timed(|| unsafe { libc::connect(fd, address, length) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn getsockname(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let fd = caller.descriptor(&a[0]);
    let (address, length) = caller.address_out(&a[1], &a[2])?;
    // SAFETY: as for accept.
    Ok(caller.timed(|| unsafe { libc::getsockname(fd, address, length) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn getpeername(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let fd = caller.descriptor(&a[0]);
    let (address, length) = caller.address_out(&a[1], &a[2])?;
    // SAFETY: as for accept.
    Ok(caller.timed(|| unsafe { libc::getpeername(fd, address, length) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn send(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, flags, length) = (caller.descriptor(&a[0]), a[3].as_int(), a[2].as_size());
    let buffer = caller.buffer(&a[1], length)? as *const _;
    // SAFETY: the kernel reads `length` bytes, checked to be ours, or answers EFAULT for a page never mapped.
    Ok(caller.timed(|| unsafe { libc::send(fd, buffer, length, flags) }) as i64)
}

#[allow(unsafe_code, reason = "libc call")]
fn recv(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, flags, length) = (caller.descriptor(&a[0]), a[3].as_int(), a[2].as_size());
    let buffer = caller.buffer(&a[1], length)? as *mut _;
    // SAFETY: the kernel writes at most `length` bytes, checked to be ours; beyond the variable itself, as in C.
    Ok(caller.timed(|| unsafe { libc::recv(fd, buffer, length, flags) }) as i64)
}

#[allow(unsafe_code, reason = "libc call")]
fn sendto(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, flags, length) = (caller.descriptor(&a[0]), a[3].as_int(), a[2].as_size());
    let buffer = caller.buffer(&a[1], length)? as *const _;
    let (address, address_length) = (caller.address_in(&a[4], &a[5])?, a[5].as_unsigned());
    // SAFETY: as for send and bind.
    Ok(caller.timed(|| unsafe { libc::sendto(fd, buffer, length, flags, address, address_length) }) as i64)
}

#[allow(unsafe_code, reason = "libc call")]
fn recvfrom(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, flags, length) = (caller.descriptor(&a[0]), a[3].as_int(), a[2].as_size());
    let buffer = caller.buffer(&a[1], length)? as *mut _;
    let (address, address_length) = caller.address_out(&a[4], &a[5])?;
    // SAFETY: as for recv and accept.
    Ok(caller.timed(|| unsafe { libc::recvfrom(fd, buffer, length, flags, address, address_length) }) as i64)
}

#[allow(unsafe_code, reason = "libc call")]
fn write(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, length) = (caller.descriptor(&a[0]), a[2].as_size());
    let buffer = caller.buffer(&a[1], length)? as *const _;
    // SAFETY: as for send.
    Ok(caller.timed(|| unsafe { libc::write(fd, buffer, length) }) as i64)
}

#[allow(unsafe_code, reason = "libc call")]
fn read(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, length) = (caller.descriptor(&a[0]), a[2].as_size());
    let buffer = caller.buffer(&a[1], length)? as *mut _;
    // SAFETY: as for recv.
    Ok(caller.timed(|| unsafe { libc::read(fd, buffer, length) }) as i64)
}

#[allow(unsafe_code, reason = "libc call")]
fn close(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let fd = caller.descriptor(&a[0]);
    // SAFETY: the number is never one of socketlab's own descriptors, which alone have an owner in this process.
    Ok(caller.timed(|| unsafe { libc::close(fd) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn shutdown(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, how) = (caller.descriptor(&a[0]), a[1].as_int());
    // SAFETY: two numbers.
    Ok(caller.timed(|| unsafe { libc::shutdown(fd, how) }).into())
}

/// First option number of the tables of netfilter (`IPT_BASE_CTL`, `IP6T_BASE_CTL`, `EBT_BASE_CTL`): a lesson may
/// not rewrite a firewall.
const FIREWALL: i32 = 64;
/// An option by which the kernel writes at addresses found inside the structure (`linux/tcp.h`).
const TCP_ZEROCOPY_RECEIVE: i32 = 35;

fn allowed_option(level: i32, name: i32, function: Name) -> Result<(), Refusal> {
    let firewall = matches!(level, libc::IPPROTO_IP | libc::IPPROTO_IPV6) && (FIREWALL..=255).contains(&name);
    let hidden_pointer = level == libc::IPPROTO_TCP && name == TCP_ZEROCOPY_RECEIVE;
    let ipv6_own = level == libc::IPPROTO_IPV6 && matches!(name, 66..=67 | 70..=78);
    if (firewall && !ipv6_own) || hidden_pointer { Err(bad(function, 2)) } else { Ok(()) }
}

#[allow(unsafe_code, reason = "libc call")]
fn setsockopt(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, level, name, length) = (caller.descriptor(&a[0]), a[1].as_int(), a[2].as_int(), a[4].as_unsigned());
    allowed_option(level, name, Name::Setsockopt)?;
    // The kernel refuses a length that is negative as an int, before it reads.
    let value = caller.buffer(&a[3], usize::try_from(a[4].as_int()).unwrap_or(0))? as *const _;
    // SAFETY: the kernel reads `length` bytes, checked to be ours, or answers EFAULT.
    Ok(caller.timed(|| unsafe { libc::setsockopt(fd, level, name, value, length) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn getsockopt(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, level, name) = (caller.descriptor(&a[0]), a[1].as_int(), a[2].as_int());
    allowed_option(level, name, Name::Getsockopt)?;
    let room = i32::try_from(caller.room(&a[4])?).map_or(0, |room| usize::try_from(room).unwrap_or(0));
    let (value, length) = (caller.buffer(&a[3], room)? as *mut _, a[4].address() as *mut _);
    // SAFETY: the kernel writes at most what `*length` announces, checked to be ours, or answers EFAULT.
    Ok(caller.timed(|| unsafe { libc::getsockopt(fd, level, name, value, length) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn socketpair(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (family, kind, protocol) = (a[0].as_int(), a[1].as_int(), a[2].as_int());
    let pair = caller.structure::<[i32; 2]>(&a[3])?.cast();
    // SAFETY: the kernel writes two ints, checked to be ours, or answers EFAULT.
    Ok(caller.timed(|| unsafe { libc::socketpair(family, kind, protocol, pair) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn dup(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let fd = caller.descriptor(&a[0]);
    // SAFETY: a number; the new descriptor is the lesson's.
    Ok(caller.timed(|| unsafe { libc::dup(fd) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn dup2(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (old, new) = (caller.descriptor(&a[0]), caller.descriptor(&a[1]));
    // SAFETY: two numbers; none of socketlab's own descriptors is replaced.
    Ok(caller.timed(|| unsafe { libc::dup2(old, new) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn lseek(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, offset, whence) = (caller.descriptor(&a[0]), a[1].bits, a[2].as_int());
    // SAFETY: three numbers.
    Ok(caller.timed(|| unsafe { libc::lseek64(fd, offset, whence) }))
}

/// Commands that take a number and bear on the descriptor alone: no locks, no signals to others.
const COMMANDS: [i32; 7] =
    [libc::F_DUPFD, libc::F_DUPFD_CLOEXEC, libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_SETFL, libc::F_GETOWN];

#[allow(unsafe_code, reason = "libc call")]
fn fcntl(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (fd, command, argument) = (caller.descriptor(&a[0]), a[1].as_int(), a[2].bits);
    if !COMMANDS.contains(&command) {
        return Err(bad(Name::Fcntl, 1));
    }
    // SAFETY: each of these commands takes a number, or nothing.
    Ok(caller.timed(|| unsafe { libc::fcntl(fd, command, argument) }).into())
}

/// Removes a socket, relative or under /tmp; a lesson removes no other file.
#[allow(unsafe_code, reason = "libc call")]
fn unlink(caller: &mut Interpreter, a: &[Datum]) -> Made {
    if a[0].address() < FIRST_PAGE {
        let nowhere = a[0].address() as *const _;
        // SAFETY: a page that is never mapped: the kernel answers EFAULT.
        return Ok(caller.timed(|| unsafe { libc::unlink(nowhere) }).into());
    }
    let path = caller.string(&a[0])?;
    if !removable(&path) {
        return Err(bad(Name::Unlink, 0));
    }
    let path = CString::new(path).map_err(|_| bad(Name::Unlink, 0))?;
    // SAFETY: a string of our own, ended by a NUL.
    Ok(caller.timed(|| unsafe { libc::unlink(path.as_ptr()) }).into())
}

fn removable(path: &[u8]) -> bool {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::FileTypeExt;
    let path = std::path::Path::new(std::ffi::OsStr::from_bytes(path));
    let climbs = path.components().any(|part| part == std::path::Component::ParentDir);
    let here = (path.is_relative() || path.starts_with("/tmp")) && !climbs;
    here && path.symlink_metadata().map_or(true, |metadata| metadata.file_type().is_socket())
}

#[cfg(test)]
mod tests {
    use super::{allowed_option, removable};
    use crate::syscall::name::Name;

    #[test]
    fn only_sockets_near_the_lesson_are_removed() {
        for path in [&b"/etc/passwd"[..], b"../x", b"/tmp/../etc/passwd", b"/tmp", b"Cargo.toml"] {
            assert!(!removable(path), "{}", path.escape_ascii());
        }
        assert!(removable(b"/tmp/socketlab-no-such-socket"));
    }

    #[test]
    fn a_firewall_is_out_of_reach() {
        assert!(allowed_option(libc::IPPROTO_IP, 64, Name::Setsockopt).is_err());
        assert!(allowed_option(libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, Name::Setsockopt).is_ok());
        assert!(allowed_option(libc::IPPROTO_IPV6, 67, Name::Setsockopt).is_ok());
        assert!(allowed_option(libc::IPPROTO_TCP, 35, Name::Getsockopt).is_err());
        assert!(allowed_option(libc::SOL_SOCKET, libc::SO_REUSEADDR, Name::Setsockopt).is_ok());
    }
}
