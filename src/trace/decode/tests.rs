use proptest::prelude::*;

use super::{Entry, entry, leave};
use crate::observed::{CAPTURE, Subject, Traced};
use crate::syscall::call::{Outcome, Value};
use crate::syscall::errno::Errno;
use crate::syscall::notation::{format_call_within, format_outcome};
use crate::syscall::sys::{Direction, Sys};
use crate::trace::raw::{Abi, Memory, Raw};

const ABIS: [Abi; 4] = [Abi::X86_64, Abi::I386, Abi::I386Wide, Abi::Aarch64];
/// Where the fake memory begins: below 4 GiB.
const BASE: u64 = 0x1000;

/// A memory that ends where what was put there ends.
struct Space {
    /// The program cannot write there.
    constant: bool,
    abi: Abi,
    bytes: Vec<u8>,
}

impl Memory for Space {
    fn read(&self, address: u64, into: &mut [u8]) -> usize {
        let start = address.checked_sub(BASE).and_then(|start| usize::try_from(start).ok());
        let held = start.and_then(|start| self.bytes.get(start..)).unwrap_or_default();
        let length = held.len().min(into.len());
        into[..length].copy_from_slice(&held[..length]);
        length
    }

    fn is_constant(&self, _: u64) -> bool {
        self.constant
    }
}

impl Space {
    fn put(&mut self, bytes: &[u8]) -> u64 {
        let at = BASE + self.bytes.len() as u64;
        self.bytes.extend_from_slice(bytes);
        at
    }

    fn ints(&mut self, numbers: &[i32]) -> u64 {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_ne_bytes()).collect();
        self.put(&bytes)
    }

    /// Integers of the width of a pointer.
    fn words(&mut self, words: &[u64]) -> u64 {
        let bytes: Vec<u8> = words.iter().flat_map(|word| self.word(*word)).collect();
        self.put(&bytes)
    }

    fn word(&self, word: u64) -> Vec<u8> {
        word.to_le_bytes()[..self.abi.word()].to_vec()
    }

    /// As wide as the numbers of a `struct timespec`.
    fn times(&mut self, numbers: &[i64]) -> u64 {
        let width = if self.abi == Abi::I386 { 4 } else { 8 };
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()[..width].to_vec()).collect();
        self.put(&bytes)
    }

    fn set(&mut self, at: u64, bytes: &[u8]) {
        let start = usize::try_from(at - BASE).unwrap();
        self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
    }

    fn set_int(&mut self, at: u64, number: i32) {
        self.set(at, &number.to_ne_bytes());
    }

    fn inet(&mut self, port: u16) -> u64 {
        self.put(&inet(port))
    }

    /// A `struct msghdr`: name and its length, buffers, control data, flags.
    fn message(&mut self, (name, name_length): (u64, i32), buffers: &[(u64, u64)], control: (u64, u64)) -> u64 {
        let vector: Vec<u64> = buffers.iter().flat_map(|(address, length)| [*address, *length]).collect();
        let vector = self.words(&vector);
        let mut bytes = self.word(name);
        bytes.extend(name_length.to_ne_bytes());
        bytes.resize(2 * self.abi.word(), 0);
        for word in [vector, buffers.len() as u64, control.0, control.1, 0] {
            bytes.extend(self.word(word));
        }
        self.put(&bytes)
    }

    /// A control message with so much data.
    fn control(&mut self, (level, kind): (i32, i32), data: &[u8]) -> Vec<u8> {
        let mut bytes = self.word((self.abi.word() + 8 + data.len()) as u64);
        bytes.extend(level.to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(data);
        bytes
    }
}

fn inet(port: u16) -> Vec<u8> {
    let mut bytes = 2_u16.to_ne_bytes().to_vec();
    bytes.extend(port.to_be_bytes());
    bytes.extend([127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

/// One call, from its entry to its return.
struct Followed {
    raw: Raw,
    space: Space,
    traced: Traced,
}

fn space(abi: Abi) -> Space {
    Space { constant: false, abi, bytes: Vec::new() }
}

fn follow(space: Space, sys: Sys, arguments: &[u64]) -> Followed {
    let mut six = [0; 6];
    six[..arguments.len()].copy_from_slice(arguments);
    let raw = Raw { sys, abi: space.abi, arguments: six };
    let Entry { call, fd, payload, length_in, sets } = entry(&raw, &space);
    let traced = Traced {
        sys,
        call,
        fd,
        subject: None,
        payload,
        unread: None,
        length_in,
        sets,
        cause: None,
        source: None,
        injected: None,
    };
    Followed { raw, space, traced }
}

impl Followed {
    fn text(&self) -> String {
        format_call_within(&self.traced.call, 512)
    }

    /// The text once the call has returned.
    fn returns(&mut self, result: i64) -> String {
        let outcome = leave(&self.raw, &mut self.traced, result, &self.space);
        format!("{}{}", self.text(), format_outcome(self.traced.call.name, &outcome))
    }

    fn data(&self) -> &[u8] {
        &self.traced.payload.as_ref().unwrap().data
    }

    fn asked(&self) -> u64 {
        self.traced.payload.as_ref().unwrap().asked
    }
}

fn bits(number: i32) -> u64 {
    i64::from(number).cast_unsigned()
}

#[test]
fn calls_of_numbers_are_named() {
    let nonblocking = (libc::SOCK_STREAM | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK).cast_unsigned().into();
    let rows: &[(Sys, &[u64], &str)] = &[
        (Sys::Socket, &[2, 1, 0], "socket(AF_INET, SOCK_STREAM, 0)"),
        (Sys::Socket, &[10, nonblocking, 6], "socket(AF_INET6, SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC, IPPROTO_TCP)"),
        (Sys::Socket, &[16, 3, 4], "socket(AF_NETLINK, SOCK_RAW, 4)"),
        (Sys::Socket, &[77, 0x100_0009, 0], "socket(77, 0x1000009, 0)"),
        (Sys::Listen, &[3, 128], "listen(3, 128)"),
        (Sys::Listen, &[3, bits(-1)], "listen(3, -1)"),
        (Sys::Shutdown, &[3, 1], "shutdown(3, SHUT_WR)"),
        (Sys::Shutdown, &[3, 7], "shutdown(3, 7)"),
        (Sys::Accept, &[3, 0, 0], "accept(3, NULL, NULL)"),
        (Sys::Accept4, &[3, 0, 0, 0o2_000_000], "accept4(3, NULL, NULL, SOCK_CLOEXEC)"),
        (Sys::Close, &[bits(-1)], "close(-1)"),
        (Sys::CloseRange, &[3, 0xffff_ffff, 4], "close_range(3, 4294967295, CLOSE_RANGE_CLOEXEC)"),
        (Sys::Dup, &[3], "dup(3)"),
        (Sys::Dup2, &[3, 1], "dup2(3, 1)"),
        (Sys::Dup3, &[3, 1, 0o2_000_000], "dup3(3, 1, O_CLOEXEC)"),
        (Sys::Fcntl, &[3, 3, 0x1234], "fcntl(3, F_GETFL)"),
        (Sys::Fcntl, &[3, 4, 0o4002], "fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK)"),
        (Sys::Fcntl, &[3, 2, 1], "fcntl(3, F_SETFD, FD_CLOEXEC)"),
        (Sys::Fcntl, &[3, 2, 3], "fcntl(3, F_SETFD, FD_CLOEXEC|0x2)"),
        (Sys::Fcntl, &[3, 0, 10], "fcntl(3, F_DUPFD, 10)"),
        (Sys::Fcntl, &[3, 999, 10], "fcntl(3, 999, 0xa)"),
        (Sys::Ioctl, &[3, 0x5421, 0], "ioctl(3, FIONBIO, NULL)"),
        (Sys::Ioctl, &[3, 0x1234, 0x10], "ioctl(3, 0x1234, 0x10)"),
        (Sys::EpollCreate, &[1], "epoll_create(1)"),
        (Sys::EpollCreate1, &[0o2_000_000], "epoll_create1(EPOLL_CLOEXEC)"),
        (Sys::EpollCtl, &[3, 2, 4, 0], "epoll_ctl(3, EPOLL_CTL_DEL, 4, NULL)"),
        (Sys::Poll, &[0, 0, bits(-1)], "poll(NULL, 0, -1)"),
        (Sys::Select, &[0, 0, 0, 0, 0], "select(0, NULL, NULL, NULL, NULL)"),
        (Sys::Pselect6, &[0, 0, 0, 0, 0, 0], "select(0, NULL, NULL, NULL, NULL)"),
        (Sys::Fork, &[], "fork()"),
        (Sys::Vfork, &[], "vfork()"),
        (Sys::Clone, &[0x120_0011, 0], "fork()"),
        (Sys::Clone, &[0x4111, 0], "vfork()"),
        (Sys::Clone, &[0x4111, 0x7000], "clone(CLONE_VM|CLONE_VFORK|SIGCHLD)"),
        (Sys::Clone, &[0x1_0100, 0], "clone(CLONE_VM|CLONE_THREAD)"),
        (Sys::Clone3, &[0x9999_0000, 88], "clone(0x99990000)"),
        (Sys::Wait4, &[bits(-1), 0, 1, 0], "waitpid(-1, NULL, WNOHANG)"),
        (Sys::Wait4, &[bits(-1), 0, 0, 0x5000], "wait4(-1, NULL, 0, 0x5000)"),
        (Sys::Waitid, &[1, 7, 0, 4], "waitid(P_PID, 7, NULL, WEXITED)"),
        (Sys::Kill, &[7, 15], "kill(7, SIGTERM)"),
        (Sys::Kill, &[bits(-7), 0], "kill(-7, 0)"),
        (Sys::RtSigaction, &[13, 0, 0, 8], "sigaction(SIGPIPE, NULL, NULL)"),
        (Sys::Pause, &[], "pause()"),
        (Sys::Alarm, &[5], "alarm(5)"),
        (Sys::Splice, &[3, 0, 4, 0, 100, 1], "splice(3, NULL, 4, NULL, 100, SPLICE_F_MOVE)"),
        (Sys::Sendfile, &[4, 3, 0, 100], "sendfile(4, 3, NULL, 100)"),
        (Sys::IoUringSetup, &[8, 0x5000], "io_uring_setup(8, 0x5000)"),
        (Sys::Send, &[4, 0, 0, 0x4000], "send(4, NULL, 0, MSG_NOSIGNAL)"),
        (Sys::Send, &[4, 0, 5, 0x1000_0040], "send(4, NULL, 5, MSG_DONTWAIT|0x10000000)"),
        (Sys::Recvfrom, &[4, 0x9_0000, 512, 2, 0, 0], "recv(4, 0x90000, 512, MSG_PEEK)"),
        (Sys::Read, &[0, 0x9_0000, 512], "read(0, 0x90000, 512)"),
    ];
    for abi in ABIS {
        for (sys, arguments, text) in rows {
            assert_eq!(follow(space(abi), *sys, arguments).text(), *text, "{abi:?}");
        }
    }
}

#[test]
fn calls_that_an_architecture_lacks_keep_their_names() {
    let rows: &[(Abi, Sys, &[u64], &str)] = &[
        (Abi::I386, Sys::Accept4, &[3, 0, 0, 0], "accept(3, NULL, NULL)"),
        (Abi::X86_64, Sys::Accept4, &[3, 0, 0, 0], "accept4(3, NULL, NULL, 0)"),
        (Abi::Aarch64, Sys::Dup3, &[3, 1, 0], "dup2(3, 1)"),
        (Abi::X86_64, Sys::Dup3, &[3, 1, 0], "dup3(3, 1, 0)"),
        (Abi::X86_64, Sys::Pipe2, &[0x5000, 0], "pipe(0x5000)"),
        (Abi::Aarch64, Sys::Ppoll, &[0, 1, 0, 0, 0], "poll(NULL, 1, NULL)"),
        (Abi::Aarch64, Sys::Ppoll, &[0, 0, 0, 0, 0], "pause()"),
        (Abi::X86_64, Sys::Ppoll, &[0, 1, 0, 0, 0], "ppoll(NULL, 1, NULL, NULL)"),
        (Abi::Aarch64, Sys::EpollPwait, &[3, 0x5000, 8, bits(-1), 0, 0], "epoll_wait(3, 0x5000, 8, -1)"),
    ];
    for (abi, sys, arguments, text) in rows {
        assert_eq!(follow(space(*abi), *sys, arguments).text(), *text, "{abi:?}");
    }
}

#[test]
fn registers_are_as_wide_as_their_interface() {
    let wide = 0xffff_ffff_0000_0003;
    assert_eq!(follow(space(Abi::X86_64), Sys::Close, &[wide]).text(), "close(3)");
    assert_eq!(follow(space(Abi::I386), Sys::Read, &[wide, wide, wide]).text(), "read(3, 0x3, 3)");
    assert_eq!(follow(space(Abi::I386), Sys::Read, &[3, 0, 0xffff_ffff]).text(), "read(3, NULL, -1)");
    assert_eq!(follow(space(Abi::I386), Sys::Read, &[3, 0, 0xffff_ffff]).asked(), 0xffff_ffff);
    assert_eq!(follow(space(Abi::X86_64), Sys::Read, &[3, 0, u64::MAX]).asked(), u64::MAX);
}

#[test]
fn addresses_follow_their_lengths() {
    for abi in ABIS {
        let mut one = space(abi);
        let at = one.inet(3001);
        let text = |length: i32| {
            let mut own = space(abi);
            own.inet(3001);
            follow(own, Sys::Bind, &[3, at, bits(length)]).text()
        };
        assert_eq!(text(16), "bind(3, {AF_INET, 127.0.0.1:3001}, 16)");
        assert_eq!(text(8), "bind(3, {AF_INET, 127.0.0.1:3001}, 8)");
        assert_eq!(text(4), "bind(3, {AF_INET, \"\\x0b\\xb9\"}, 4)");
        assert_eq!(text(0), "bind(3, 0x1000, 0)");
        assert_eq!(text(-1), "bind(3, 0x1000, -1)");
        assert_eq!(text(i32::MAX), "bind(3, 0x1000, 2147483647)");
        assert_eq!(follow(one, Sys::Connect, &[3, 0x10, 16]).text(), "connect(3, 0x10, 16)");
    }
}

#[test]
fn addresses_and_lengths_come_back() {
    for (abi, (sys, name)) in ABIS.iter().flat_map(|abi| {
        let calls = [(Sys::Accept, "accept"), (Sys::Getsockname, "getsockname"), (Sys::Getpeername, "getpeername")];
        calls.map(|call| (*abi, call))
    }) {
        let mut own = space(abi);
        let at = own.inet(50312);
        let length = own.ints(&[128]);
        own.put(&[0; 128]);
        let mut call = follow(own, sys, &[3, at, length]);
        assert_eq!(call.text(), format!("{name}(3, 0x1000, [128])"));
        assert_eq!((call.traced.length_in, call.traced.fd), (Some(128), Some(3)));
        call.space.set_int(length, 16);
        assert_eq!(call.returns(4), format!("{name}(3, {{AF_INET, 127.0.0.1:50312}}, [16]) = 4"));
    }
}

#[test]
fn a_path_that_its_length_cuts_is_seen() {
    let unix = |path: &[u8]| {
        let mut bytes = 1_u16.to_ne_bytes().to_vec();
        bytes.extend(path);
        bytes
    };
    let seen = |bytes: &[u8], length: u64| {
        let mut own = space(Abi::X86_64);
        let at = own.put(bytes);
        let sent = follow(
            Space { constant: false, abi: own.abi, bytes: own.bytes.clone() },
            Sys::Sendto,
            &[3, at, 1, 0, at, length],
        );
        let connected = follow(own, Sys::Connect, &[3, at, length]);
        assert_eq!(sent.traced.length_in, connected.traced.length_in);
        connected.traced.length_in
    };
    let long = unix(b"/tmp/annuaire/socket\0\0");
    assert_eq!(seen(&long, 16), Some(22));
    for length in [22, 23, 110, 128, 0, 2, u64::MAX] {
        assert_eq!(seen(&long, length), None, "{length}");
    }
    assert_eq!(seen(&unix(b"/tmp/my.socket\0"), 16), None);
    assert_eq!(seen(&unix(b"/tmp/my.socket"), 16), None);
    assert_eq!(seen(&unix(b"/tmp/my.socket\x01\x02\0"), 16), None);
    assert_eq!(seen(&unix(b"\0abstract name\0"), 6), None);
    assert_eq!(seen(&inet(3001), 8), None);
}

#[test]
fn an_uninitialised_length_is_seen() {
    for abi in ABIS {
        let mut own = space(abi);
        let at = own.inet(50312);
        let length = own.ints(&[-1]);
        let mut call = follow(own, Sys::Accept, &[3, at, length]);
        assert_eq!(call.traced.length_in, Some(-1));
        assert_eq!(call.returns(-22), "accept(3, 0x1000, [-1]) = -1 EINVAL");
        // Cut: the kernel says the length that it had, and writes what there was room for.
        call.traced.length_in = Some(4);
        call.space.set_int(length, 16);
        assert_eq!(call.returns(4), "accept(3, {AF_INET, \"Ĉ\"}, [16]) = 4");
        assert_eq!(follow(space(abi), Sys::Accept, &[3, 0x1000, 0x10]).text(), "accept(3, 0x1000, 0x10)");
    }
}

#[test]
fn bytes_sent_are_read_at_the_entry() {
    for abi in ABIS {
        let mut own = space(abi);
        let at = own.put(b"bonjour\n");
        let address = own.inet(53);
        let mut call = follow(own, Sys::Sendto, &[4, at, 8, 0, address, 16]);
        assert_eq!(call.text(), "sendto(4, \"bonjour\\n\", 8, 0, {AF_INET, 127.0.0.1:53}, 16)");
        assert_eq!((call.data(), call.asked(), call.traced.fd), (&b"bonjour\n"[..], 8, Some(4)));
        assert_eq!(call.traced.payload.as_ref().unwrap().direction, Direction::Sent);
        assert_eq!(call.returns(3), "sendto(4, \"bonjour\\n\", 8, 0, {AF_INET, 127.0.0.1:53}, 16) = 3");
        assert_eq!(call.data(), b"bonjour\n");
        let own = call.space;
        assert_eq!(follow(own, Sys::Sendto, &[4, at, 2, 0, 0, 0]).text(), "send(4, \"bo\", 2, 0)");
    }
}

#[test]
fn long_buffers_are_kept_in_part() {
    for abi in ABIS {
        let mut own = space(abi);
        let at = own.put(&vec![b'a'; 3 * CAPTURE]);
        let call = follow(own, Sys::Write, &[4, at, 3 * CAPTURE as u64]);
        assert_eq!((call.data().len(), call.asked()), (CAPTURE, 3 * CAPTURE as u64));
        let Value::Bytes { data, total } = &call.traced.call.arguments[1] else { panic!("{}", call.text()) };
        assert_eq!((data.len(), *total), (256, 3 * CAPTURE));
        // More announced than there is.
        let call = follow(call.space, Sys::Write, &[4, at + 3 * CAPTURE as u64 - 2, 1 << 30]);
        assert_eq!((call.text(), call.data()), ("write(4, \"aa\"…, 1073741824)".to_owned(), &b"aa"[..]));
    }
}

#[test]
fn bytes_received_are_read_at_the_return() {
    for abi in ABIS {
        for (sys, name) in [(Sys::Read, "read(4"), (Sys::Recv, "recv(4"), (Sys::Recvfrom, "recv(4")] {
            let mut own = space(abi);
            let at = own.put(b"salut, le reste");
            let mut call = follow(own, sys, &[4, at, 15, 0, 0, 0]);
            let end = if sys == Sys::Read { "" } else { ", 0" };
            assert_eq!(call.text(), format!("{name}, 0x1000, 15{end})"));
            assert_eq!((call.data(), call.asked()), (&b""[..], 15));
            assert_eq!(call.returns(5), format!("{name}, \"salut\", 15{end}) = 5"));
            assert_eq!((call.data(), call.asked()), (&b"salut"[..], 15));
            assert_eq!(call.returns(0), format!("{name}, \"\", 15{end}) = 0"));
        }
        let mut failed = follow(space(abi), Sys::Recv, &[4, 0x1000, 15, 0]);
        assert_eq!(failed.returns(-11), "recv(4, 0x1000, 15, 0) = -1 EAGAIN");
        assert_eq!(failed.returns(-999), "recv(4, 0x1000, 15, 0) = -1 ERRNO_999");
    }
}

#[test]
fn datagrams_that_were_cut_say_so() {
    let truncating = u64::from(libc::MSG_TRUNC.cast_unsigned());
    for abi in ABIS {
        let mut own = space(abi);
        let at = own.put(b"abcd");
        let mut call = follow(own, Sys::Recvfrom, &[4, at, 4, truncating, 0, 0]);
        assert_eq!(call.returns(4), "recv(4, \"abcd\", 4, MSG_TRUNC) = 4");
        assert!(!call.traced.payload.as_ref().unwrap().truncated);
        assert_eq!(call.returns(100), "recv(4, \"abcd\", 4, MSG_TRUNC) = 100");
        assert!(call.traced.payload.as_ref().unwrap().truncated);
        // A stream throws the bytes away: the buffer says nothing.
        call.traced.subject = Some(Subject::Socket { family: libc::AF_INET, socket_type: 1, inode: 9 });
        call.returns(4);
        assert_eq!(call.data(), b"");
    }
}

#[test]
fn vectors_are_gathered_and_scattered() {
    for abi in ABIS {
        let mut own = space(abi);
        let (one, two) = (own.put(b"bon"), own.put(b"jour"));
        let vector = own.words(&[one, 3, two, 4]);
        let call = follow(own, Sys::Writev, &[4, vector, 2]);
        let both = "[{iov_base=\"bon\", iov_len=3}, {iov_base=\"jour\", iov_len=4}]";
        assert_eq!(call.text(), format!("writev(4, {both}, 2)"));
        assert_eq!((call.data(), call.asked()), (&b"bonjour"[..], 7));
        let mut call = follow(call.space, Sys::Readv, &[4, vector, 2]);
        assert_eq!(
            call.text(),
            format!("readv(4, [{{iov_base={one:#x}, iov_len=3}}, {{iov_base={two:#x}, iov_len=4}}], 2)")
        );
        assert_eq!(call.returns(5), "readv(4, [{iov_base=\"bon\", iov_len=3}, {iov_base=\"jo\", iov_len=4}], 2) = 5");
        assert_eq!((call.data(), call.asked()), (&b"bonjo"[..], 7));
        assert_eq!(follow(call.space, Sys::Writev, &[4, 0x10, 2]).text(), "writev(4, 0x10, 2)");
    }
}

#[test]
fn messages_are_shown_with_what_they_carry() {
    for abi in ABIS {
        let mut own = space(abi);
        let (at, name) = (own.put(b"salut"), own.inet(53));
        let control = own.control((libc::SOL_SOCKET, libc::SCM_RIGHTS), &5_i32.to_ne_bytes());
        let length = control.len() as u64;
        let control = own.put(&control);
        let header = own.message((name, 16), &[(at, 5)], (control, length));
        let call = follow(own, Sys::Sendmsg, &[3, header, 0]);
        assert_eq!(
            call.text(),
            "sendmsg(3, {msg_name={AF_INET, 127.0.0.1:53}, msg_namelen=16, msg_iov=[{iov_base=\"salut\", iov_len=5}], \
             msg_control=[{cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[5]}]}, 0)"
        );
        assert_eq!((call.data(), call.asked()), (&b"salut"[..], 5));
        let mut call = follow(call.space, Sys::Recvmsg, &[3, header, 0]);
        assert_eq!(
            call.text(),
            format!(
                "recvmsg(3, {{msg_name={name:#x}, msg_namelen=16, msg_iov=[{{iov_base={at:#x}, iov_len=5}}], \
                 msg_control={control:#x}, msg_controllen={length}}}, 0)"
            )
        );
        let flags = header + 6 * abi.word() as u64;
        call.space.set_int(flags, libc::MSG_TRUNC);
        assert_eq!(
            call.returns(3),
            "recvmsg(3, {msg_name={AF_INET, 127.0.0.1:53}, msg_namelen=16, msg_iov=[{iov_base=\"sal\", iov_len=5}], \
             msg_control=[{cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[5]}], msg_flags=MSG_TRUNC}, 0) = 3"
        );
        assert_eq!((call.data(), call.asked()), (&b"sal"[..], 5));
        assert!(call.traced.payload.as_ref().unwrap().truncated);
        assert_eq!(follow(call.space, Sys::Sendmsg, &[3, 0x10, 0]).text(), "sendmsg(3, 0x10, 0)");
    }
}

/// Two messages in a row, of one buffer each.
fn two_messages(abi: Abi) -> (Space, u64) {
    let mut own = space(abi);
    let (one, two) = (own.put(b"un"), own.put(b"deux"));
    let headers = [(one, 2), (two, 4)].map(|buffer| {
        let at = own.message((0, 0), &[buffer], (0, 0));
        let start = usize::try_from(at - BASE).unwrap();
        let mut bytes = own.bytes[start..].to_vec();
        bytes.resize(if abi.word() == 4 { 32 } else { 64 }, 0);
        bytes
    });
    let list = own.put(&headers.concat());
    (own, list)
}

#[test]
fn plurals_are_lists() {
    for abi in ABIS {
        let (own, list) = two_messages(abi);
        let size = if abi.word() == 4 { 32 } else { 64 };
        let length = if abi.word() == 4 { 28 } else { 56 };
        let mut call = follow(own, Sys::Sendmmsg, &[3, list, 2, 0]);
        let [un, deux] = ["{msg_name=NULL, msg_iov=[{iov_base=\"un\", iov_len=2}]}", {
            "{msg_name=NULL, msg_iov=[{iov_base=\"deux\", iov_len=4}]}"
        }];
        assert_eq!(call.text(), format!("sendmmsg(3, [{{msg_hdr={un}}}, {{msg_hdr={deux}}}], 2, 0)"));
        assert_eq!((call.data(), call.asked()), (&b"undeux"[..], 6));
        call.space.set_int(list + length, 2);
        assert_eq!(
            call.returns(1),
            format!("sendmmsg(3, [{{msg_hdr={un}, msg_len=2}}, {{msg_hdr={deux}}}], 2, 0) = 1")
        );
        call.space.set_int(list + size + length, 3);
        let mut call = follow(call.space, Sys::Recvmmsg, &[3, list, 2, 0, 0]);
        assert_eq!(
            call.returns(2),
            "recvmmsg(3, [{msg_hdr={msg_name=NULL, msg_iov=[{iov_base=\"un\", iov_len=2}], msg_flags=0}, msg_len=2}, \
             {msg_hdr={msg_name=NULL, msg_iov=[{iov_base=\"deu\", iov_len=4}], msg_flags=0}, msg_len=3}], 2, 0, NULL) = 2"
        );
        assert_eq!((call.data(), call.asked()), (&b"undeu"[..], 6));
    }
}

#[test]
fn what_moves_inside_the_kernel_has_no_data() {
    for abi in ABIS {
        let mut own = space(abi);
        let at = own.put(&100_i64.to_ne_bytes());
        let mut call = follow(own, Sys::Sendfile, &[4, 3, at, 4096]);
        assert_eq!((call.text(), call.traced.fd), ("sendfile(4, 3, [100], 4096)".to_owned(), Some(4)));
        assert_eq!((call.data(), call.asked()), (&b""[..], 4096));
        call.space.set_int(at, 4196);
        assert_eq!(call.returns(4096), "sendfile(4, 3, [4196], 4096) = 4096");
        let call = follow(call.space, Sys::Splice, &[3, 0, 5, 0, 10, 0]);
        assert_eq!((call.traced.fd, call.asked()), (Some(5), 10));
    }
}

#[test]
fn options_are_read_by_level_and_name() {
    let int = |number: i32| number.to_ne_bytes().to_vec();
    let linger = [int(1), int(0)].concat();
    let multicast = [224, 0, 0, 9, 127, 0, 0, 1].to_vec();
    let rows: &[(i32, i32, Vec<u8>, &str)] = &[
        (1, libc::SO_REUSEADDR, int(1), "SOL_SOCKET, SO_REUSEADDR, [1], 4"),
        (1, libc::SO_REUSEADDR, vec![1, 0, 0, 0, 9, 9, 9, 9], "SOL_SOCKET, SO_REUSEADDR, [1], 8"),
        (1, libc::SO_REUSEADDR, vec![1], "SOL_SOCKET, SO_REUSEADDR, [1], 1"),
        (1, libc::SO_LINGER, linger, "SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=0}, 8"),
        (1, libc::SO_LINGER, int(1), "SOL_SOCKET, SO_LINGER, [1], 4"),
        (1, libc::SO_RCVTIMEO, int(5000), "SOL_SOCKET, SO_RCVTIMEO, [5000], 4"),
        (1, libc::SO_BINDTODEVICE, b"lo\0".to_vec(), "SOL_SOCKET, SO_BINDTODEVICE, \"lo\", 3"),
        (6, libc::TCP_NODELAY, int(1), "IPPROTO_TCP, TCP_NODELAY, [1], 4"),
        (6, libc::TCP_CONGESTION, b"reno".to_vec(), "IPPROTO_TCP, TCP_CONGESTION, \"reno\", 4"),
        (41, libc::IPV6_V6ONLY, int(0), "IPPROTO_IPV6, IPV6_V6ONLY, [0], 4"),
        (
            0,
            libc::IP_ADD_MEMBERSHIP,
            multicast,
            "IPPROTO_IP, IP_ADD_MEMBERSHIP, \
             {imr_multiaddr=inet_addr(\"224.0.0.9\"), imr_interface=inet_addr(\"127.0.0.1\")}, 8",
        ),
        (1, 9999, vec![1, 2], "SOL_SOCKET, 9999, \"\\x01\\x02\", 2"),
        (9999, 1, int(7), "9999, 1, [7], 4"),
    ];
    for abi in ABIS {
        for (level, name, value, text) in rows {
            let mut own = space(abi);
            let at = own.put(value);
            let arguments = [3, bits(*level), bits(*name), at, value.len() as u64];
            assert_eq!(follow(own, Sys::Setsockopt, &arguments).text(), format!("setsockopt(3, {text})"), "{abi:?}");
        }
        let mut own = space(abi);
        let at = own.words(&[5, 0]);
        let size = 2 * abi.word() as u64;
        assert_eq!(
            follow(own, Sys::Setsockopt, &[3, 1, 20, at, size]).text(),
            format!("setsockopt(3, SOL_SOCKET, SO_RCVTIMEO, {{tv_sec=5, tv_usec=0}}, {size})")
        );
        let own = space(abi);
        assert_eq!(
            follow(own, Sys::Setsockopt, &[3, 1, 2, 0, 4]).text(),
            "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, NULL, 4)"
        );
    }
}

#[test]
fn options_come_back() {
    for abi in ABIS {
        let mut own = space(abi);
        let (at, length) = (own.ints(&[111]), own.ints(&[4]));
        let mut call = follow(own, Sys::Getsockopt, &[3, 1, bits(libc::SO_ERROR), at, length]);
        assert_eq!(call.text(), "getsockopt(3, SOL_SOCKET, SO_ERROR, 0x1000, [4])");
        assert_eq!(call.returns(0), "getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0");
        let mut call = follow(call.space, Sys::Getsockopt, &[3, 1, bits(libc::SO_TYPE), at, length]);
        call.space.set_int(at, 1);
        assert_eq!(call.returns(0), "getsockopt(3, SOL_SOCKET, SO_TYPE, [SOCK_STREAM], [4]) = 0");
    }
}

#[test]
fn numbers_behind_requests_are_shown() {
    for abi in ABIS {
        let mut own = space(abi);
        let at = own.ints(&[1]);
        let mut call = follow(own, Sys::Ioctl, &[3, 0x5421, at]);
        assert_eq!(call.returns(0), "ioctl(3, FIONBIO, [1]) = 0");
        let mut call = follow(call.space, Sys::Ioctl, &[3, 0x541b, at]);
        assert_eq!(call.text(), "ioctl(3, FIONREAD, 0x1000)");
        call.space.set_int(at, 12);
        assert_eq!(call.returns(0), "ioctl(3, FIONREAD, [12]) = 0");
    }
}

#[test]
fn polled_descriptors_are_listed() {
    let entry = |fd: i32, events: i16, found: i16| {
        [fd.to_ne_bytes().to_vec(), events.to_ne_bytes().to_vec(), found.to_ne_bytes().to_vec()].concat()
    };
    for abi in ABIS {
        let mut own = space(abi);
        let at = own.put(&[entry(3, 1, 0), entry(-1, 5, 0)].concat());
        let mut call = follow(own, Sys::Poll, &[at, 2, bits(-1)]);
        assert_eq!(call.text(), "poll([{fd=3, events=POLLIN}, {fd=-1, events=POLLIN|POLLOUT}], 2, -1)");
        call.space.set(at, &entry(3, 1, 0x11));
        assert_eq!(
            call.returns(1),
            "poll([{fd=3, events=POLLIN, revents=POLLIN|POLLHUP}, {fd=-1, events=POLLIN|POLLOUT, revents=0}], 2, -1) = 1"
        );
        let mut own = space(abi);
        let at = own.put(&entry(3, 1, 0).repeat(100));
        let call = follow(own, Sys::Poll, &[at, 100, 0]);
        let Value::List(items) = &call.traced.call.arguments[0] else { panic!("{}", call.text()) };
        assert_eq!((items.len(), items.last()), (65, Some(&Value::Opaque("…".to_owned()))));
        assert_eq!(follow(call.space, Sys::Poll, &[at, 1 << 31, 0]).traced.call.arguments.len(), 3);
        let mut own = space(abi);
        let (at, time, mask) = (own.put(&entry(3, 1, 0)), own.times(&[1, 500]), own.put(&2_u64.to_le_bytes()));
        assert_eq!(
            follow(own, Sys::Ppoll, &[at, 1, time, mask, 8]).text(),
            "ppoll([{fd=3, events=POLLIN}], 1, {tv_sec=1, tv_nsec=500}, [SIGINT])"
        );
    }
}

#[test]
fn sets_are_lists_before_and_after() {
    for abi in ABIS {
        let mut own = space(abi);
        let read = own.put(&[0b0010_1000, 0, 0, 0]);
        let write = own.put(&[0, 0, 0, 0]);
        let mut call = follow(own, Sys::Select, &[6, read, write, 0, 0]);
        assert_eq!(call.text(), "select(6, [3, 5], [], NULL, NULL)");
        call.space.set(read, &[0b0010_0000]);
        assert_eq!(call.returns(1), "select(6, [5], [], NULL, NULL) = 1");
        assert_eq!(follow(call.space, Sys::Select, &[6, 0x10, 0, 0, 0]).text(), "select(6, 0x10, NULL, NULL, NULL)");
        let mut own = space(abi);
        let time = own.times(&[1, 500_000_000]);
        let mask = own.put(&1_u64.to_le_bytes());
        let behind = own.words(&[mask, 8]);
        let call = follow(own, Sys::Pselect6, &[0, 0, 0, 0, time, behind]);
        assert_eq!(call.text(), "pselect(0, NULL, NULL, NULL, {tv_sec=1, tv_nsec=500000000}, [SIGHUP])");
        assert_eq!(
            follow(call.space, Sys::Pselect6, &[0, 0, 0, 0, time, 0]).text(),
            "select(0, NULL, NULL, NULL, {tv_sec=1, tv_usec=500000})"
        );
        let mut own = space(abi);
        let time = own.words(&[2, 250]);
        assert_eq!(
            follow(own, Sys::Select, &[0, 0, 0, 0, time]).text(),
            "select(0, NULL, NULL, NULL, {tv_sec=2, tv_usec=250})"
        );
    }
}

#[test]
fn what_select_leaves_out_is_in_the_words_that_the_kernel_reads() {
    for abi in ABIS {
        let bits = i32::try_from(8 * abi.word()).unwrap();
        let left = |nfds: u64, read: &[u8], write: Option<&[u8]>| {
            let mut own = space(abi);
            let read = own.put(read);
            let write = write.map_or(read, |bytes| own.put(bytes));
            let sets = follow(own, Sys::Select, &[nfds, read, write, 0, 0]).traced.sets.unwrap();
            (sets.left_out, sets.shared)
        };
        let mut bytes = vec![0b0010_1000; 1];
        bytes.resize(32, 0);
        bytes[usize::try_from(bits / 8).unwrap()] = 1;
        let none = vec![0; 32];
        assert_eq!(left(6, &bytes, Some(&none)), (vec![], false));
        assert_eq!(left(5, &bytes, Some(&none)), (vec![5], false), "the limit is the first that is left out");
        assert_eq!(left(3, &none, Some(&bytes)), (vec![3, 5], false));
        assert_eq!(left(0, &bytes, Some(&bytes)), (vec![3, 5], false), "of none, the first word");
        assert_eq!(left(3, &bytes, None), (vec![3, 5], true));
        let next = u64::try_from(bits + 1).unwrap();
        bytes[usize::try_from(bits / 8).unwrap()] = 2;
        assert_eq!(left(next, &bytes, Some(&none)), (vec![bits + 1], false));
        let polled = follow(space(abi), Sys::Poll, &[0, 0, 0]);
        assert_eq!(polled.traced.sets, None);
    }
}

#[test]
fn epoll_events_are_read_where_they_lie() {
    for abi in ABIS {
        let event = |events: u32, data: u64| {
            let mut bytes = events.to_ne_bytes().to_vec();
            bytes.resize(if abi == Abi::Aarch64 { 8 } else { 4 }, 0);
            bytes.extend(data.to_ne_bytes());
            bytes
        };
        let mut own = space(abi);
        let at = own.put(&event(0x8000_0001, 0x7fff_0000_0005));
        let call = follow(own, Sys::EpollCtl, &[3, 1, 5, at]);
        assert_eq!(call.text(), "epoll_ctl(3, EPOLL_CTL_ADD, 5, {events=EPOLLIN|EPOLLET, data={fd=5}})");
        assert_eq!(call.traced.fd, Some(3));
        let mut own = space(abi);
        let at = own.put(&[event(1, 5), event(0x10, 0x5555_5575_92a0)].concat());
        let mut call = follow(own, Sys::EpollWait, &[3, at, 8, bits(-1)]);
        assert_eq!(call.text(), "epoll_wait(3, 0x1000, 8, -1)");
        assert_eq!(
            call.returns(2),
            "epoll_wait(3, [{events=EPOLLIN, data={fd=5}}, {events=EPOLLHUP, data={u64=0x5555557592a0}}], 8, -1) = 2"
        );
        assert_eq!(follow(call.space, Sys::EpollWait, &[3, at, 8, 0]).returns(0), "epoll_wait(3, [], 8, 0) = 0");
        let mut own = space(abi);
        let time = own.put(&[1_u64.to_ne_bytes(), 5_u64.to_ne_bytes()].concat());
        assert_eq!(
            follow(own, Sys::EpollPwait2, &[3, 0x9000, 8, time, 0, 0]).text(),
            "epoll_pwait2(3, 0x9000, 8, {tv_sec=1, tv_nsec=5}, NULL)"
        );
    }
}

#[test]
fn children_and_their_ends() {
    for abi in ABIS {
        let rows = [
            (3 << 8, "[exit(3)]"),
            (13, "[SIGPIPE]"),
            (0x8b, "[SIGSEGV|WCOREDUMP]"),
            (0x137f, "[stopped(SIGSTOP)]"),
            (0xffff, "[continued()]"),
        ];
        for (status, text) in rows {
            let mut own = space(abi);
            let at = own.ints(&[status]);
            let mut call = follow(own, Sys::Wait4, &[bits(-1), at, 0, 0]);
            assert_eq!(call.text(), "waitpid(-1, 0x1000, 0)");
            assert_eq!(call.returns(0), "waitpid(-1, 0x1000, 0) = 0");
            assert_eq!(call.returns(77), format!("waitpid(-1, {text}, 0) = 77"));
        }
        let mut own = space(abi);
        let pad = usize::from(abi.word() == 8);
        let at = own.ints(&[&[17, 0, libc::CLD_EXITED][..], &vec![0; pad], &[77, 0, 3]].concat());
        assert_eq!(
            follow(own, Sys::Waitid, &[0, 0, at, 4]).returns(0),
            "waitid(P_ALL, 0, {si_pid=77, si_status=exit(3)}, WEXITED) = 0"
        );
        let mut own = space(abi);
        let words = [0x100_0000_u64, 0, 0, 0, 17, 0, 0, 0].map(u64::to_ne_bytes).concat();
        let at = own.put(&words);
        assert_eq!(follow(own, Sys::Clone3, &[at, 64]).returns(0), "fork() = 0");
        let mut own = space(abi);
        let at = own.put(&[0x3d_0f00_u64, 0, 0, 0, 0, 1, 1, 0].map(u64::to_ne_bytes).concat());
        let text = follow(own, Sys::Clone3, &[at, 64]).text();
        assert!(text.starts_with("clone(CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|"), "{text}");
    }
}

#[test]
fn signals_and_their_handlers() {
    for abi in ABIS {
        let action = |handler: u64, flags: u64, mask: u64| {
            let own = space(abi);
            let mut bytes = [own.word(handler), own.word(flags), own.word(0)].concat();
            bytes.extend(mask.to_le_bytes());
            bytes
        };
        let rows = [
            (action(1, 0x400_0000, 0), "{sa_handler=SIG_IGN, sa_flags=0}"),
            (action(0, 0x1400_0000, 1 << 16), "{sa_handler=SIG_DFL, sa_mask=[SIGCHLD], sa_flags=SA_RESTART}"),
            (action(1, 0, !(1 << 8)), "{sa_handler=SIG_IGN, sa_mask=~[SIGKILL], sa_flags=0}"),
            (action(0x1234, 0x20, 0), "{sa_handler=0x1234, sa_flags=0x20}"),
        ];
        for (bytes, text) in rows {
            let mut own = space(abi);
            let at = own.put(&bytes);
            let mut call = follow(own, Sys::RtSigaction, &[13, at, at, 8]);
            assert_eq!(call.text(), format!("sigaction(SIGPIPE, {text}, 0x1000)"));
            assert_eq!(call.returns(0), format!("sigaction(SIGPIPE, {text}, {text}) = 0"));
        }
    }
}

#[test]
fn time_is_as_wide_as_the_call_takes_it() {
    for abi in ABIS {
        let mut own = space(abi);
        let (asked, left) = (own.times(&[1, 5]), own.times(&[0, 9]));
        let mut call = follow(own, Sys::ClockNanosleep, &[0, 0, asked, left]);
        assert_eq!(call.returns(0), format!("nanosleep({{tv_sec=1, tv_nsec=5}}, {left:#x}) = 0"));
        assert_eq!(
            call.returns(-i64::from(Errno::EINTR.number())),
            "nanosleep({tv_sec=1, tv_nsec=5}, {tv_sec=0, tv_nsec=9}) = -1 EINTR"
        );
        assert_eq!(
            follow(call.space, Sys::ClockNanosleep, &[1, 1, asked, 0]).text(),
            "clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, {tv_sec=1, tv_nsec=5}, NULL)"
        );
        let mut own = space(abi);
        let at = own.words(&[0, 0, 2, 0]);
        assert_eq!(
            follow(own, Sys::Setitimer, &[0, at, 0]).text(),
            "setitimer(ITIMER_REAL, {it_interval={tv_sec=0, tv_usec=0}, it_value={tv_sec=2, tv_usec=0}}, NULL)"
        );
    }
}

#[test]
fn pairs_come_back() {
    for abi in ABIS {
        let mut own = space(abi);
        let at = own.ints(&[3, 4]);
        let mut call = follow(own, Sys::Pipe2, &[at, 0o2_000_000]);
        assert_eq!(call.text(), "pipe2(0x1000, O_CLOEXEC)");
        assert_eq!(call.returns(0), "pipe2([3, 4], O_CLOEXEC) = 0");
        let mut call = follow(call.space, Sys::Socketpair, &[1, 1, 0, at]);
        assert_eq!(call.returns(0), "socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0");
        assert_eq!(call.returns(-24), "socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = -1 EMFILE");
    }
}

#[test]
fn locks_have_offsets_of_their_own_width() {
    let mut own = space(Abi::X86_64);
    let at = own.put(&[1, 0, 0, 0, 0, 0, 0, 0]);
    own.put(&[5_u64.to_ne_bytes(), 10_u64.to_ne_bytes()].concat());
    assert_eq!(
        follow(own, Sys::Fcntl, &[3, 6, at]).text(),
        "fcntl(3, F_SETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=5, l_len=10})"
    );
    let mut own = space(Abi::I386);
    let at = own.put(&[0, 0, 2, 0, 5, 0, 0, 0, 10, 0, 0, 0]);
    assert_eq!(
        follow(own, Sys::Fcntl, &[3, 6, at]).text(),
        "fcntl(3, F_SETLK, {l_type=F_RDLCK, l_whence=SEEK_END, l_start=5, l_len=10})"
    );
}

/// Memory that gives the same bytes everywhere, without end, and counts what it was asked for.
struct Endless {
    pattern: Vec<u8>,
    asked: std::cell::Cell<usize>,
}

impl Memory for Endless {
    fn read(&self, address: u64, into: &mut [u8]) -> usize {
        self.asked.set(self.asked.get() + into.len());
        for (offset, byte) in into.iter_mut().enumerate() {
            let at = address.wrapping_add(offset as u64) % self.pattern.len() as u64;
            *byte = self.pattern[usize::try_from(at).unwrap()];
        }
        into.len()
    }

    fn is_constant(&self, _: u64) -> bool {
        true
    }
}

/// How much a value keeps, in bytes and items.
fn weight(value: &Value) -> usize {
    match value {
        Value::Bytes { data, .. } => data.len(),
        Value::List(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Record(fields) => 1 + fields.iter().map(|(_, value)| weight(value)).sum::<usize>(),
        _ => 1,
    }
}

fn argument() -> impl Strategy<Value = u64> {
    prop_oneof![
        any::<u64>(),
        0_u64..0x60,
        Just(u64::MAX),
        Just(1 << 63),
        Just(0xffff_ffff),
        Just(0x8000_0000),
        Just(1024),
        BASE..BASE + 0x100
    ]
}

fn abi() -> impl Strategy<Value = Abi> {
    prop::sample::select(ABIS.to_vec())
}

fn sys() -> impl Strategy<Value = Sys> {
    prop::sample::select(Sys::all().collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_call_makes_us_panic_or_keep_without_bound(
        (sys, abi) in (sys(), abi()),
        arguments in prop::array::uniform6(argument()),
        pattern in prop::collection::vec(any::<u8>(), 1..64),
        result in prop_oneof![any::<i64>(), -1_i64..2000, Just(i64::MAX), Just(i64::MIN)],
        ends in any::<bool>(),
    ) {
        let endless = Endless { pattern: pattern.clone(), asked: std::cell::Cell::new(0) };
        let short = Space { constant: true, abi, bytes: pattern };
        let memory: &dyn Memory = if ends { &short } else { &endless };
        let raw = Raw { sys, abi, arguments };
        let Entry { call, fd, payload, length_in, sets } = entry(&raw, memory);
        let mut traced = Traced {
            sys, call, fd, subject: None, payload, unread: None, length_in, sets, cause: None, source: None, injected: None,
        };
        let kept = |traced: &Traced| {
            let data = traced.payload.as_ref().map_or(0, |payload| payload.data.len());
            (data, traced.call.arguments.iter().map(weight).sum::<usize>())
        };
        let (data, weight) = kept(&traced);
        prop_assert!(data <= CAPTURE && weight <= 30_000, "{data} {weight}");
        let outcome = leave(&raw, &mut traced, result, memory);
        let (data, weight) = kept(&traced);
        prop_assert!(data <= CAPTURE && weight <= 30_000, "{data} {weight}");
        prop_assert_eq!(matches!(outcome, Outcome::Failed(_)), (-4095..=-1).contains(&result));
        prop_assert!(endless.asked.get() <= 1 << 20, "{}", endless.asked.get());
    }
}
