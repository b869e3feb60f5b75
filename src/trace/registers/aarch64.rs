//! aarch64: asm-generic/unistd.h and `struct user_pt_regs` (asm/ptrace.h), read and written whole (NT_PRSTATUS). The
//! number of a call is in x8, its arguments are in x0 to x5, its result comes in x0.

use super::{Followed, Gate, Pointers};
use crate::syscall::sys::Sys;
use crate::trace::ptrace::{read_registers, write_registers};
use crate::trace::raw::Abi;

pub const GATE: Gate = Gate { audit: 0xC000_00B7, abi: Abi::Aarch64, variant: None, calls: CALLS };

const CALLS: &[(u32, Followed)] = &[
    (20, Followed::Call(Sys::EpollCreate1)),
    (21, Followed::Call(Sys::EpollCtl)),
    (22, Followed::Call(Sys::EpollPwait)),
    (23, Followed::Call(Sys::Dup)),
    (24, Followed::Call(Sys::Dup3)),
    (25, Followed::Call(Sys::Fcntl)),
    (29, Followed::Call(Sys::Ioctl)),
    (57, Followed::Call(Sys::Close)),
    (59, Followed::Call(Sys::Pipe2)),
    (63, Followed::Call(Sys::Read)),
    (64, Followed::Call(Sys::Write)),
    (65, Followed::Call(Sys::Readv)),
    (66, Followed::Call(Sys::Writev)),
    (71, Followed::Call(Sys::Sendfile)),
    (72, Followed::Call(Sys::Pselect6)),
    (73, Followed::Call(Sys::Ppoll)),
    (76, Followed::Call(Sys::Splice)),
    (95, Followed::Call(Sys::Waitid)),
    (101, Followed::Call(Sys::Nanosleep)),
    (103, Followed::Call(Sys::Setitimer)),
    (115, Followed::Call(Sys::ClockNanosleep)),
    (117, Followed::Ptrace),
    (128, Followed::Restart),
    (129, Followed::Call(Sys::Kill)),
    (134, Followed::Call(Sys::RtSigaction)),
    (198, Followed::Call(Sys::Socket)),
    (199, Followed::Call(Sys::Socketpair)),
    (200, Followed::Call(Sys::Bind)),
    (201, Followed::Call(Sys::Listen)),
    (202, Followed::Call(Sys::Accept)),
    (203, Followed::Call(Sys::Connect)),
    (204, Followed::Call(Sys::Getsockname)),
    (205, Followed::Call(Sys::Getpeername)),
    (206, Followed::Call(Sys::Sendto)),
    (207, Followed::Call(Sys::Recvfrom)),
    (208, Followed::Call(Sys::Setsockopt)),
    (209, Followed::Call(Sys::Getsockopt)),
    (210, Followed::Call(Sys::Shutdown)),
    (211, Followed::Call(Sys::Sendmsg)),
    (212, Followed::Call(Sys::Recvmsg)),
    (220, Followed::Call(Sys::Clone)),
    (242, Followed::Call(Sys::Accept4)),
    (243, Followed::Call(Sys::Recvmmsg)),
    (260, Followed::Call(Sys::Wait4)),
    (269, Followed::Call(Sys::Sendmmsg)),
    (425, Followed::Call(Sys::IoUringSetup)),
    (435, Followed::Call(Sys::Clone3)),
    (436, Followed::Call(Sys::CloseRange)),
    (441, Followed::Call(Sys::EpollPwait2)),
];

/// The sets of registers (linux/elf.h): the general ones, and the number of the call.
const GENERAL: u64 = 1;
const SYSTEM_CALL: u64 = 0x404;

const WORD: usize = size_of::<u64>();
/// x0 to x30, sp, pc, pstate.
const COUNT: usize = 34;
const RESULT: usize = 0;
const BASE: usize = 29;
const LINK: usize = 30;

/// x29 and x30.
#[must_use]
pub fn pointers(tid: i32) -> Pointers {
    let mut registers = [0; COUNT * WORD];
    if !read_registers(tid, GENERAL, &mut registers) {
        return Pointers::default();
    }
    let (words, _) = registers.as_chunks();
    Pointers { base: u64::from_ne_bytes(words[BASE]), link: u64::from_ne_bytes(words[LINK]) }
}

/// At the entry of a call: it will not happen.
pub fn skip(tid: i32) -> bool {
    write_registers(tid, SYSTEM_CALL, &mut (-1_i32).to_ne_bytes())
}

/// At the exit of a call.
pub fn set_result(tid: i32, result: i64) -> bool {
    change(tid, RESULT, result.cast_unsigned())
}

/// At the entry of a call. The program keeps argument registers across it: who changes one puts it back.
pub fn set_argument(tid: i32, _: Abi, index: usize, value: u64) -> bool {
    index < 6 && change(tid, index, value)
}

/// At the exit of a call. The first argument's register holds the result by then; where the call begins again, the
/// kernel itself gives it the first argument that it had.
pub fn put_back(tid: i32, abi: Abi, index: usize, value: u64) -> bool {
    index == RESULT || set_argument(tid, abi, index, value)
}

fn change(tid: i32, index: usize, value: u64) -> bool {
    let mut registers = [0; COUNT * WORD];
    let read = read_registers(tid, GENERAL, &mut registers);
    registers[index * WORD..][..WORD].copy_from_slice(&value.to_ne_bytes());
    read && write_registers(tid, GENERAL, &mut registers)
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use libc::user_regs_struct;

    use super::super::named_otherwise;

    #[test]
    fn registers_are_where_the_headers_say() {
        assert_eq!(size_of::<user_regs_struct>(), super::COUNT * super::WORD);
        assert_eq!(offset_of!(user_regs_struct, regs), 0);
        assert_eq!(offset_of!(user_regs_struct, sp), 31 * super::WORD);
    }

    #[test]
    fn numbers_are_those_of_the_headers() {
        let known = [
            (libc::SYS_epoll_create1, "epoll_create1"),
            (libc::SYS_epoll_ctl, "epoll_ctl"),
            (libc::SYS_epoll_pwait, "epoll_pwait"),
            (libc::SYS_dup, "dup"),
            (libc::SYS_dup3, "dup3"),
            (libc::SYS_fcntl, "fcntl"),
            (libc::SYS_ioctl, "ioctl"),
            (libc::SYS_close, "close"),
            (libc::SYS_pipe2, "pipe2"),
            (libc::SYS_read, "read"),
            (libc::SYS_write, "write"),
            (libc::SYS_readv, "readv"),
            (libc::SYS_writev, "writev"),
            (libc::SYS_sendfile, "sendfile"),
            (libc::SYS_pselect6, "pselect6"),
            (libc::SYS_ppoll, "ppoll"),
            (libc::SYS_splice, "splice"),
            (libc::SYS_waitid, "waitid"),
            (libc::SYS_nanosleep, "nanosleep"),
            (libc::SYS_setitimer, "setitimer"),
            (libc::SYS_clock_nanosleep, "clock_nanosleep"),
            (libc::SYS_kill, "kill"),
            (libc::SYS_rt_sigaction, "rt_sigaction"),
            (libc::SYS_socket, "socket"),
            (libc::SYS_socketpair, "socketpair"),
            (libc::SYS_bind, "bind"),
            (libc::SYS_listen, "listen"),
            (libc::SYS_accept, "accept"),
            (libc::SYS_connect, "connect"),
            (libc::SYS_getsockname, "getsockname"),
            (libc::SYS_getpeername, "getpeername"),
            (libc::SYS_sendto, "sendto"),
            (libc::SYS_recvfrom, "recvfrom"),
            (libc::SYS_setsockopt, "setsockopt"),
            (libc::SYS_getsockopt, "getsockopt"),
            (libc::SYS_shutdown, "shutdown"),
            (libc::SYS_sendmsg, "sendmsg"),
            (libc::SYS_recvmsg, "recvmsg"),
            (libc::SYS_clone, "clone"),
            (libc::SYS_accept4, "accept4"),
            (libc::SYS_recvmmsg, "recvmmsg"),
            (libc::SYS_wait4, "wait4"),
            (libc::SYS_sendmmsg, "sendmmsg"),
            (libc::SYS_io_uring_setup, "io_uring_setup"),
            (libc::SYS_clone3, "clone3"),
            (libc::SYS_close_range, "close_range"),
            (libc::SYS_epoll_pwait2, "epoll_pwait2"),
            (libc::SYS_ptrace, ""),
            (libc::SYS_restart_syscall, ""),
        ];
        assert_eq!(known.len(), super::CALLS.len());
        assert_eq!(named_otherwise(super::CALLS, &known), [""; 0]);
    }
}
