//! x86-64: asm/unistd_64.h and `struct user_regs_struct` (sys/user.h), which serves i386 tasks too.

use super::{Followed, Gate, Pointers, i386};
use crate::syscall::sys::Sys;
use crate::trace::ptrace::{peek_user, poke_user};
use crate::trace::raw::Abi;

pub const GATE: Gate = Gate { audit: 0xC000_003E, abi: Abi::X86_64, variant: Some(0x4000_0000), calls: CALLS };

const CALLS: &[(u32, Followed)] = &[
    (0, Followed::Call(Sys::Read)),
    (1, Followed::Call(Sys::Write)),
    (3, Followed::Call(Sys::Close)),
    (7, Followed::Call(Sys::Poll)),
    (13, Followed::Call(Sys::RtSigaction)),
    (16, Followed::Call(Sys::Ioctl)),
    (19, Followed::Call(Sys::Readv)),
    (20, Followed::Call(Sys::Writev)),
    (22, Followed::Call(Sys::Pipe)),
    (23, Followed::Call(Sys::Select)),
    (32, Followed::Call(Sys::Dup)),
    (33, Followed::Call(Sys::Dup2)),
    (34, Followed::Call(Sys::Pause)),
    (35, Followed::Call(Sys::Nanosleep)),
    (37, Followed::Call(Sys::Alarm)),
    (38, Followed::Call(Sys::Setitimer)),
    (40, Followed::Call(Sys::Sendfile)),
    (41, Followed::Call(Sys::Socket)),
    (42, Followed::Call(Sys::Connect)),
    (43, Followed::Call(Sys::Accept)),
    (44, Followed::Call(Sys::Sendto)),
    (45, Followed::Call(Sys::Recvfrom)),
    (46, Followed::Call(Sys::Sendmsg)),
    (47, Followed::Call(Sys::Recvmsg)),
    (48, Followed::Call(Sys::Shutdown)),
    (49, Followed::Call(Sys::Bind)),
    (50, Followed::Call(Sys::Listen)),
    (51, Followed::Call(Sys::Getsockname)),
    (52, Followed::Call(Sys::Getpeername)),
    (53, Followed::Call(Sys::Socketpair)),
    (54, Followed::Call(Sys::Setsockopt)),
    (55, Followed::Call(Sys::Getsockopt)),
    (56, Followed::Call(Sys::Clone)),
    (57, Followed::Call(Sys::Fork)),
    (58, Followed::Call(Sys::Vfork)),
    (61, Followed::Call(Sys::Wait4)),
    (62, Followed::Call(Sys::Kill)),
    (72, Followed::Call(Sys::Fcntl)),
    (101, Followed::Ptrace),
    (213, Followed::Call(Sys::EpollCreate)),
    (219, Followed::Restart),
    (230, Followed::Call(Sys::ClockNanosleep)),
    (232, Followed::Call(Sys::EpollWait)),
    (233, Followed::Call(Sys::EpollCtl)),
    (247, Followed::Call(Sys::Waitid)),
    (270, Followed::Call(Sys::Pselect6)),
    (271, Followed::Call(Sys::Ppoll)),
    (275, Followed::Call(Sys::Splice)),
    (281, Followed::Call(Sys::EpollPwait)),
    (288, Followed::Call(Sys::Accept4)),
    (291, Followed::Call(Sys::EpollCreate1)),
    (292, Followed::Call(Sys::Dup3)),
    (293, Followed::Call(Sys::Pipe2)),
    (299, Followed::Call(Sys::Recvmmsg)),
    (307, Followed::Call(Sys::Sendmmsg)),
    (425, Followed::Call(Sys::IoUringSetup)),
    (435, Followed::Call(Sys::Clone3)),
    (436, Followed::Call(Sys::CloseRange)),
    (441, Followed::Call(Sys::EpollPwait2)),
    // The numbers of x32 that are its own.
    (512, Followed::Call(Sys::RtSigaction)),
    (514, Followed::Call(Sys::Ioctl)),
    (515, Followed::Call(Sys::Readv)),
    (516, Followed::Call(Sys::Writev)),
    (517, Followed::Call(Sys::Recvfrom)),
    (518, Followed::Call(Sys::Sendmsg)),
    (519, Followed::Call(Sys::Recvmsg)),
    (521, Followed::Ptrace),
    (529, Followed::Call(Sys::Waitid)),
    (537, Followed::Call(Sys::Recvmmsg)),
    (538, Followed::Call(Sys::Sendmmsg)),
    (541, Followed::Call(Sys::Setsockopt)),
    (542, Followed::Call(Sys::Getsockopt)),
];

const WORD: usize = 8;
const RBP: usize = 4 * WORD;
const R10: usize = 7 * WORD;
const R9: usize = 8 * WORD;
const R8: usize = 9 * WORD;
const RAX: usize = 10 * WORD;
const RDX: usize = 12 * WORD;
const RSI: usize = 13 * WORD;
const RDI: usize = 14 * WORD;
const ORIG_RAX: usize = 15 * WORD;

const ARGUMENTS: [usize; 6] = [RDI, RSI, RDX, R10, R8, R9];

/// rbp.
#[must_use]
pub fn pointers(tid: i32) -> Pointers {
    Pointers { base: peek_user(tid, RBP).unwrap_or(0), link: 0 }
}

/// At the entry of a call: it will not happen.
pub fn skip(tid: i32) -> bool {
    poke_user(tid, ORIG_RAX, u64::MAX)
}

/// At the exit of a call.
pub fn set_result(tid: i32, result: i64) -> bool {
    poke_user(tid, RAX, result.cast_unsigned())
}

/// At the entry of a call. The program keeps argument registers across it: who changes one puts it back.
pub fn set_argument(tid: i32, abi: Abi, index: usize, value: u64) -> bool {
    let places = if matches!(abi, Abi::I386 | Abi::I386Wide) { &i386::ARGUMENTS } else { &ARGUMENTS };
    places.get(index).is_some_and(|offset| poke_user(tid, *offset, value))
}

/// At the exit of a call.
pub fn put_back(tid: i32, abi: Abi, index: usize, value: u64) -> bool {
    set_argument(tid, abi, index, value)
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use libc::user_regs_struct;

    use super::super::named_otherwise;

    #[test]
    fn registers_are_where_the_headers_say() {
        assert_eq!(super::RBP, offset_of!(user_regs_struct, rbp));
        assert_eq!(super::RAX, offset_of!(user_regs_struct, rax));
        assert_eq!(super::ORIG_RAX, offset_of!(user_regs_struct, orig_rax));
        let expected = [
            offset_of!(user_regs_struct, rdi),
            offset_of!(user_regs_struct, rsi),
            offset_of!(user_regs_struct, rdx),
            offset_of!(user_regs_struct, r10),
            offset_of!(user_regs_struct, r8),
            offset_of!(user_regs_struct, r9),
        ];
        assert_eq!(super::ARGUMENTS, expected);
    }

    #[test]
    fn numbers_are_those_of_the_headers() {
        let known = [
            (libc::SYS_accept4, "accept4"),
            (libc::SYS_epoll_pwait2, "epoll_pwait2"),
            (libc::SYS_recvmmsg, "recvmmsg"),
            (libc::SYS_clone3, "clone3"),
            (libc::SYS_wait4, "wait4"),
            (libc::SYS_close_range, "close_range"),
            (libc::SYS_sendfile, "sendfile"),
            (libc::SYS_rt_sigaction, "rt_sigaction"),
            (libc::SYS_io_uring_setup, "io_uring_setup"),
            (libc::SYS_clock_nanosleep, "clock_nanosleep"),
            (libc::SYS_ppoll, "ppoll"),
            (libc::SYS_pselect6, "pselect6"),
            (libc::SYS_splice, "splice"),
            (libc::SYS_waitid, "waitid"),
            (libc::SYS_getsockopt, "getsockopt"),
            (libc::SYS_socketpair, "socketpair"),
            (libc::SYS_setitimer, "setitimer"),
            (libc::SYS_epoll_ctl, "epoll_ctl"),
        ];
        assert_eq!(named_otherwise(super::CALLS, &known), [""; 0]);
    }
}
