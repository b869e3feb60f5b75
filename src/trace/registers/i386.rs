//! i386 programs on an x86-64 kernel: asm/unistd_32.h. The registers are those of `struct user_regs_struct`, whatever
//! the width of the program.

use super::{Followed, Gate};
use crate::syscall::sys::Sys;
use crate::trace::raw::Abi;

pub const GATE: Gate = Gate { audit: 0x4000_0003, abi: Abi::I386, variant: None, calls: CALLS };

const CALLS: &[(u32, Followed)] = &[
    (0, Followed::Restart),
    (2, Followed::Call(Sys::Fork)),
    (3, Followed::Call(Sys::Read)),
    (4, Followed::Call(Sys::Write)),
    (6, Followed::Call(Sys::Close)),
    (7, Followed::Call(Sys::Waitpid)),
    (26, Followed::Ptrace),
    (27, Followed::Call(Sys::Alarm)),
    (29, Followed::Call(Sys::Pause)),
    (37, Followed::Call(Sys::Kill)),
    (41, Followed::Call(Sys::Dup)),
    (42, Followed::Call(Sys::Pipe)),
    (54, Followed::Call(Sys::Ioctl)),
    (55, Followed::Call(Sys::Fcntl)),
    (63, Followed::Call(Sys::Dup2)),
    (82, Followed::OldSelect),
    (102, Followed::Socketcall),
    (104, Followed::Call(Sys::Setitimer)),
    (114, Followed::Call(Sys::Wait4)),
    (120, Followed::Call(Sys::Clone)),
    (142, Followed::Call(Sys::Select)),
    (145, Followed::Call(Sys::Readv)),
    (146, Followed::Call(Sys::Writev)),
    (162, Followed::Call(Sys::Nanosleep)),
    (168, Followed::Call(Sys::Poll)),
    (174, Followed::Call(Sys::RtSigaction)),
    (187, Followed::Call(Sys::Sendfile)),
    (190, Followed::Call(Sys::Vfork)),
    (221, Followed::Call(Sys::Fcntl)),
    (239, Followed::Wide(Sys::Sendfile)),
    (254, Followed::Call(Sys::EpollCreate)),
    (255, Followed::Call(Sys::EpollCtl)),
    (256, Followed::Call(Sys::EpollWait)),
    (267, Followed::Call(Sys::ClockNanosleep)),
    (284, Followed::Call(Sys::Waitid)),
    (308, Followed::Call(Sys::Pselect6)),
    (309, Followed::Call(Sys::Ppoll)),
    (313, Followed::Call(Sys::Splice)),
    (319, Followed::Call(Sys::EpollPwait)),
    (329, Followed::Call(Sys::EpollCreate1)),
    (330, Followed::Call(Sys::Dup3)),
    (331, Followed::Call(Sys::Pipe2)),
    (337, Followed::Call(Sys::Recvmmsg)),
    (345, Followed::Call(Sys::Sendmmsg)),
    (359, Followed::Call(Sys::Socket)),
    (360, Followed::Call(Sys::Socketpair)),
    (361, Followed::Call(Sys::Bind)),
    (362, Followed::Call(Sys::Connect)),
    (363, Followed::Call(Sys::Listen)),
    (364, Followed::Call(Sys::Accept4)),
    (365, Followed::Call(Sys::Getsockopt)),
    (366, Followed::Call(Sys::Setsockopt)),
    (367, Followed::Call(Sys::Getsockname)),
    (368, Followed::Call(Sys::Getpeername)),
    (369, Followed::Call(Sys::Sendto)),
    (370, Followed::Call(Sys::Sendmsg)),
    (371, Followed::Call(Sys::Recvfrom)),
    (372, Followed::Call(Sys::Recvmsg)),
    (373, Followed::Call(Sys::Shutdown)),
    // The *_time64 calls differ by their timeouts only.
    (407, Followed::Wide(Sys::ClockNanosleep)),
    (413, Followed::Wide(Sys::Pselect6)),
    (414, Followed::Wide(Sys::Ppoll)),
    (417, Followed::Wide(Sys::Recvmmsg)),
    (425, Followed::Call(Sys::IoUringSetup)),
    (435, Followed::Call(Sys::Clone3)),
    (436, Followed::Call(Sys::CloseRange)),
    (441, Followed::Call(Sys::EpollPwait2)),
];

const WORD: usize = 8;

/// ebx, ecx, edx, esi, edi, ebp.
pub const ARGUMENTS: [usize; 6] = [5 * WORD, 11 * WORD, 12 * WORD, 13 * WORD, 14 * WORD, 4 * WORD];

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use libc::user_regs_struct;

    #[test]
    fn registers_are_where_the_headers_say() {
        let expected = [
            offset_of!(user_regs_struct, rbx),
            offset_of!(user_regs_struct, rcx),
            offset_of!(user_regs_struct, rdx),
            offset_of!(user_regs_struct, rsi),
            offset_of!(user_regs_struct, rdi),
            offset_of!(user_regs_struct, rbp),
        ];
        assert_eq!(super::ARGUMENTS, expected);
    }
}
