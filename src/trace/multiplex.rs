//! i386 calls that hide others behind one number: socketcall(2) and the first select(2) take a pointer to their
//! arguments.

use crate::syscall::sys::Sys;
use crate::trace::memory::TaskMemory;
use crate::trace::raw::{Abi, Memory, Raw};
use crate::trace::registers::Followed;

/// A call, and the array that holds its arguments where registers do not.
#[derive(Clone, Copy, Debug)]
pub struct Whole {
    pub raw: Raw,
    pub array: Option<u64>,
}

impl Whole {
    #[must_use]
    pub fn of(raw: Raw) -> Whole {
        Whole { raw, array: None }
    }

    /// vfork(2) of aarch64 is a clone(2) that names the stack it is called on: as good as none.
    #[must_use]
    pub fn on(mut self, stack: u64) -> Whole {
        if self.raw.sys == Sys::Clone && self.raw.arguments[1] == stack {
            self.raw.arguments[1] = 0;
        }
        self
    }
}

/// What the numbers of socketcall(2) are, from 1, and how many arguments each has (linux/net.h, net/socket.c).
const SOCKETCALLS: [(Sys, usize); 20] = [
    (Sys::Socket, 3),
    (Sys::Bind, 3),
    (Sys::Connect, 3),
    (Sys::Listen, 2),
    (Sys::Accept, 3),
    (Sys::Getsockname, 3),
    (Sys::Getpeername, 3),
    (Sys::Socketpair, 4),
    (Sys::Send, 4),
    (Sys::Recv, 4),
    (Sys::Sendto, 6),
    (Sys::Recvfrom, 6),
    (Sys::Shutdown, 2),
    (Sys::Setsockopt, 5),
    (Sys::Getsockopt, 5),
    (Sys::Sendmsg, 3),
    (Sys::Recvmsg, 3),
    (Sys::Accept4, 4),
    (Sys::Recvmmsg, 5),
    (Sys::Sendmmsg, 4),
];

/// The call behind a number; `None` where there is none or where its arguments cannot be read.
#[must_use]
pub fn whole(tid: i32, abi: Abi, followed: Followed, arguments: [u64; 6]) -> Option<Whole> {
    let (sys, array, count) = match followed {
        Followed::Call(sys) | Followed::Wide(sys) => return Some(Whole::of(Raw { sys, abi, arguments })),
        Followed::Socketcall => {
            let index = usize::try_from(arguments[0]).ok()?.checked_sub(1)?;
            let (sys, count) = *SOCKETCALLS.get(index)?;
            (sys, arguments[1], count)
        }
        Followed::OldSelect => (Sys::Select, arguments[0], 5),
        Followed::Restart | Followed::Ptrace => return None,
    };
    let mut bytes = [0; 24];
    let wanted = &mut bytes[..4 * count];
    if TaskMemory(tid).read(array, wanted) != wanted.len() {
        return None;
    }
    let mut words = [0; 6];
    for (word, chunk) in words.iter_mut().zip(wanted.chunks_exact(4)) {
        *word = u64::from(u32::from_ne_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]));
    }
    Some(Whole { raw: Raw { sys, abi, arguments: words }, array: Some(array) })
}

#[cfg(test)]
mod tests {
    use super::Whole;
    use crate::syscall::sys::Sys;
    use crate::trace::raw::{Abi, Raw};

    #[test]
    fn a_stack_of_ones_own_is_kept() {
        let clone =
            |stack| Whole::of(Raw { sys: Sys::Clone, abi: Abi::Aarch64, arguments: [0x4111, stack, 0, 0, 0, 0] });
        assert_eq!(clone(0x7f00).on(0x7f00).raw.arguments[1], 0);
        assert_eq!(clone(0x6f00).on(0x7f00).raw.arguments[1], 0x6f00);
    }
}
