//! The seccomp filter (classic BPF, seccomp(2)): SECCOMP_RET_TRACE for the calls that are followed, and everything else
//! runs at full speed. It never kills and never refuses: a program of another architecture is traced whole.

use libc::sock_filter;

use crate::trace::call_filter::{Condition, condition};
use crate::trace::registers::{Followed, GATES, Gate};

const LOAD: u16 = 0x20;
const JUMP: u16 = 0x05;
const EQUAL: u16 = 0x15;
const AT_LEAST: u16 = 0x35;
const RETURN: u16 = 0x06;

const TRACE: u32 = 0x7ff0_0000;
const ALLOW: u32 = 0x7fff_0000;

/// Offsets in `struct seccomp_data` (linux/seccomp.h).
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;

/// The lower half of an argument, on a little-endian machine.
fn lower(index: u32) -> u32 {
    16 + 8 * index
}

fn upper(index: u32) -> u32 {
    lower(index) + 4
}

fn plain(code: u16, k: u32) -> sock_filter {
    sock_filter { code, jt: 0, jf: 0, k }
}

/// Goes on at the next instruction where true, `otherwise` instructions further where false.
fn test(code: u16, k: u32, otherwise: u8) -> sock_filter {
    sock_filter { code, jt: 0, jf: otherwise, k }
}

/// The whole program.
#[must_use]
pub fn program() -> Vec<sock_filter> {
    let mut program = vec![plain(LOAD, ARCHITECTURE)];
    for gate in GATES {
        let rules = section(gate);
        // A conditional jump spans 255 instructions at most: it jumps over a longer one.
        program.push(sock_filter { code: EQUAL, jt: 1, jf: 0, k: gate.audit });
        program.push(plain(JUMP, u32::try_from(rules.len()).unwrap_or(0)));
        program.extend(rules);
    }
    program.push(plain(RETURN, TRACE));
    program
}

/// What is done with the calls of one gate.
fn section(gate: &Gate) -> Vec<sock_filter> {
    let mut rules = vec![plain(LOAD, NUMBER)];
    if let Some(variant) = gate.variant {
        rules.push(test(AT_LEAST, variant, 1));
        rules.push(plain(RETURN, TRACE));
    }
    for (number, followed) in gate.calls {
        let body = body(*followed);
        rules.push(test(EQUAL, *number, u8::try_from(body.len()).unwrap_or(0)));
        rules.extend(body);
    }
    rules.push(plain(RETURN, ALLOW));
    rules
}

/// What is done with one call: it always returns.
fn body(followed: Followed) -> Vec<sock_filter> {
    let condition = match followed {
        Followed::Call(sys) | Followed::Wide(sys) => condition(sys),
        _ => Condition::Always,
    };
    match condition {
        Condition::Always => vec![plain(RETURN, TRACE)],
        Condition::FirstNot(list) => one_of(0, list, [ALLOW, TRACE]),
        Condition::SecondIn(list) => one_of(1, list, [TRACE, ALLOW]),
        Condition::FirstInWithSecond(list) => with_pointer(list),
    }
}

/// The first answer where the argument is in the list, the second one elsewhere.
fn one_of(argument: u32, list: &[u32], [inside, outside]: [u32; 2]) -> Vec<sock_filter> {
    let mut body = vec![plain(LOAD, lower(argument))];
    for value in list {
        body.push(test(EQUAL, *value, 1));
        body.push(plain(RETURN, inside));
    }
    body.push(plain(RETURN, outside));
    body
}

/// Followed where the second argument is not NULL and the first is in the list.
fn with_pointer(list: &[u32]) -> Vec<sock_filter> {
    let mut body =
        vec![plain(LOAD, lower(1)), test(EQUAL, 0, 3), plain(LOAD, upper(1)), test(EQUAL, 0, 1), plain(RETURN, ALLOW)];
    body.extend(one_of(0, list, [TRACE, ALLOW]));
    body
}

#[cfg(test)]
mod tests {
    use libc::sock_filter;

    use super::{ALLOW, TRACE, program};
    use crate::trace::registers::GATES;

    /// The kernel's reading of the filter, for `nr`, `arch` and the first two arguments.
    fn run(program: &[sock_filter], number: u32, architecture: u32, arguments: [u64; 2]) -> u32 {
        let half =
            |value: u64, high: bool| u32::try_from(if high { value >> 32 } else { value & 0xffff_ffff }).unwrap();
        let load = |offset| match offset {
            0 => number,
            4 => architecture,
            16 => half(arguments[0], false),
            24 => half(arguments[1], false),
            28 => half(arguments[1], true),
            other => panic!("{other}"),
        };
        let (mut at, mut value) = (0, 0);
        loop {
            let step = &program[at];
            at += 1;
            match step.code {
                super::LOAD => value = load(step.k),
                super::JUMP => at += step.k as usize,
                super::EQUAL => at += usize::from(if value == step.k { step.jt } else { step.jf }),
                super::AT_LEAST => at += usize::from(if value >= step.k { step.jt } else { step.jf }),
                super::RETURN => return step.k,
                other => panic!("{other}"),
            }
        }
    }

    /// What the filter says of calls of this machine's own architecture.
    fn own(number: libc::c_long, arguments: [u64; 2]) -> u32 {
        run(&program(), u32::try_from(number).unwrap(), GATES[0].audit, arguments)
    }

    #[test]
    fn the_filter_decides_as_the_conditions_say() {
        assert!(program().len() < 4096);
        let cases = [
            ("getpid", libc::SYS_getpid, [0, 0], ALLOW),
            ("socket", libc::SYS_socket, [2, 1], TRACE),
            ("read 0", libc::SYS_read, [0, 0], TRACE),
            ("read 1", libc::SYS_read, [1, 0], ALLOW),
            ("write 0", libc::SYS_write, [0, 0], ALLOW),
            ("write 1", libc::SYS_write, [1, 0], TRACE),
            ("fcntl", libc::SYS_fcntl, [3, 4], TRACE),
            ("fcntl lock", libc::SYS_fcntl, [3, 6], ALLOW),
            ("ioctl tty", libc::SYS_ioctl, [0, 0x5401], ALLOW),
            ("sigaction", libc::SYS_rt_sigaction, [13, 0x7fff_0000_0000], TRACE),
            ("sigaction low", libc::SYS_rt_sigaction, [13, 0x1000], TRACE),
            ("sigaction asked", libc::SYS_rt_sigaction, [13, 0], ALLOW),
            ("sigaction other", libc::SYS_rt_sigaction, [11, 0x1000], ALLOW),
            ("the last one", libc::SYS_epoll_pwait2, [0, 0], TRACE),
        ];
        for (what, number, arguments, expected) in cases {
            assert_eq!(own(number, arguments), expected, "{what}");
        }
        assert_eq!(run(&program(), 20, 0x1234, [0, 0]), TRACE, "another machine");
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn the_other_gates_of_x86_64_are_kept() {
        const COMPAT: u32 = 0x4000_0003;
        assert_eq!(own(0x4000_0027, [0, 0]), TRACE, "x32");
        let cases = [("getpid", 20, [0, 0], ALLOW), ("socketcall", 102, [1, 0], TRACE), ("write", 4, [0, 0], ALLOW)];
        for (what, number, arguments, expected) in cases {
            assert_eq!(run(&program(), number, COMPAT, arguments), expected, "{what}");
        }
    }
}
