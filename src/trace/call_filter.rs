//! Which calls stop the program: the same conditions for the filter, which reads registers only, and for a program that
//! stops at every call.

use crate::syscall::sys::Sys;

/// What must be true of the arguments. The kernel and the filter compare their lower 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    Always,
    /// The first is none of these.
    FirstNot(&'static [u32]),
    /// The second is one of these.
    SecondIn(&'static [u32]),
    /// The first is one of these, and the second, a pointer, is not NULL.
    FirstInWithSecond(&'static [u32]),
}

const OUTPUTS: &[u32] = &[1, 2];
const INPUT: &[u32] = &[0];

/// FIONBIO, FIONREAD (SIOCINQ), FIOCLEX, FIONCLEX, TIOCOUTQ (SIOCOUTQ), SIOCATMARK (asm-generic/ioctls.h,
/// asm-generic/sockios.h).
const REQUESTS: &[u32] = &[0x5421, 0x541b, 0x5451, 0x5450, 0x5411, 0x8905];

/// F_DUPFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC (fcntl(2)).
const COMMANDS: &[u32] = &[0, 2, 3, 4, 1030];

/// SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGCHLD.
const SIGNALS: &[u32] = &[1, 2, 10, 12, 13, 14, 15, 17];

#[must_use]
pub fn condition(sys: Sys) -> Condition {
    match sys {
        Sys::Read => Condition::FirstNot(OUTPUTS),
        Sys::Write => Condition::FirstNot(INPUT),
        Sys::Ioctl => Condition::SecondIn(REQUESTS),
        Sys::Fcntl => Condition::SecondIn(COMMANDS),
        Sys::RtSigaction => Condition::FirstInWithSecond(SIGNALS),
        _ => Condition::Always,
    }
}

/// As the filter decides; where the program stops at every call, standard descriptors may be sockets: `every`.
#[must_use]
pub fn wanted(sys: Sys, arguments: &[u64; 6], every: bool) -> bool {
    let low = |index: usize| u32::try_from(arguments[index] & 0xffff_ffff).unwrap_or(0);
    match condition(sys) {
        Condition::Always => true,
        Condition::FirstNot(list) => every || !list.contains(&low(0)),
        Condition::SecondIn(list) => list.contains(&low(1)),
        Condition::FirstInWithSecond(list) => list.contains(&low(0)) && arguments[1] != 0,
    }
}

#[cfg(test)]
mod tests {
    use super::wanted;
    use crate::syscall::sys::Sys;

    #[test]
    fn conditions_read_the_arguments() {
        let cases = [
            (Sys::Read, [0, 0], true),
            (Sys::Read, [1, 0], false),
            (Sys::Write, [0, 0], false),
            (Sys::Write, [2, 0], true),
            (Sys::Ioctl, [3, 0x5401], false),
            (Sys::Ioctl, [3, 0xffff_ffff_0000_5421], true),
            (Sys::RtSigaction, [13, 0x1000], true),
            (Sys::RtSigaction, [13, 0], false),
            (Sys::RtSigaction, [11, 0x1000], false),
            (Sys::Fcntl, [3, 4], true),
            (Sys::Fcntl, [3, 1], false),
            (Sys::Close, [1, 0], true),
        ];
        for (sys, [a, b], expected) in cases {
            assert_eq!(wanted(sys, &[a, b, 0, 0, 0, 0], false), expected, "{sys:?}({a}, {b})");
        }
        assert!(wanted(Sys::Read, &[1, 0, 0, 0, 0, 0], true));
    }
}
