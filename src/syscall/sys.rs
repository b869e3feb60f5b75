//! The system calls that a tracer follows, whatever the architecture: what each is, in one table.

use serde::{Deserialize, Serialize};

use crate::syscall::name::Name;

/// Which way bytes move between a program and a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    Received,
    Sent,
}

/// Where the length of a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// The third argument, of the buffer that the second one points to.
    Buffer,
    /// The second and third arguments: an array of struct iovec.
    Vector,
    /// The second argument: a struct msghdr.
    Message,
    /// The second and third arguments: an array of struct mmsghdr.
    Messages,
    /// This argument, from 0; no buffer is the program's.
    Argument(usize),
}

/// What a call is for, where several calls are for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Accept,
    Receive(Length),
    Send(Length),
    /// Waits for descriptors to be ready, at most as long as this argument says, from 0.
    Readiness {
        timeout: usize,
    },
    /// Makes a process or a thread.
    Birth,
    /// Waits for children.
    Children,
    /// Waits for time to pass, or for a signal.
    Time,
    Other,
}

/// What a call can be made on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    /// A live socket only.
    Socket,
    Any,
}

/// A row of the table.
struct Facts {
    sys: Sys,
    /// As C writes it, unless its arguments say otherwise.
    c_name: Name,
    purpose: Purpose,
    /// Which argument is the descriptor in question, from 0.
    descriptor: &'static [usize],
    on: On,
    /// Names of the C library that may make this call instead of the one of that name.
    aliases: &'static [Name],
}

impl Length {
    /// The argument that holds it, from 0, where one does.
    #[must_use]
    pub fn argument(self) -> Option<usize> {
        match self {
            Length::Buffer => Some(2),
            Length::Argument(index) => Some(index),
            Length::Vector | Length::Message | Length::Messages => None,
        }
    }
}

macro_rules! calls {
    ($($variant:ident: $c:ident, $purpose:expr, $descriptor:expr, $on:ident, [$($alias:ident),*];)*) => {
        /// A system call that is followed; others run at full speed and are never seen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Sys {
            $(#[doc = concat!("`", stringify!($variant), "`, as the kernel names it.")] $variant,)*
        }

        impl Sys {
            /// The name that man pages, the kernel and strace(1) give it.
            #[must_use]
            pub fn name(self) -> Name {
                match self {
                    $(Sys::$variant => Name::$variant,)*
                }
            }
        }

        const TABLE: &[Facts] = {
            use Purpose::{Accept, Birth, Children, Other, Readiness, Receive, Send, Time};
            &[$(Facts {
            sys: Sys::$variant,
            c_name: Name::$c,
            purpose: $purpose,
            descriptor: &$descriptor,
            on: On::$on,
            aliases: &[$(Name::$alias),*],
        },)*]
        };
    };
}

calls! {
    Socket: Socket, Other, [], Any, [];
    Socketpair: Socketpair, Other, [], Any, [];
    Bind: Bind, Other, [0], Socket, [];
    Listen: Listen, Other, [0], Socket, [];
    Accept: Accept, Accept, [0], Socket, [];
    Accept4: Accept4, Accept, [0], Socket, [Accept];
    Connect: Connect, Other, [0], Socket, [];
    Getsockname: Getsockname, Other, [0], Any, [];
    Getpeername: Getpeername, Other, [0], Any, [];
    Shutdown: Shutdown, Other, [0], Any, [];
    Setsockopt: Setsockopt, Other, [0], Any, [];
    Getsockopt: Getsockopt, Other, [0], Any, [];
    Send: Send, Send(Length::Buffer), [0], Socket, [Sendto];
    Recv: Recv, Receive(Length::Buffer), [0], Socket, [Recvfrom];
    Sendto: Sendto, Send(Length::Buffer), [0], Socket, [];
    Recvfrom: Recvfrom, Receive(Length::Buffer), [0], Socket, [];
    Sendmsg: Sendmsg, Send(Length::Message), [0], Socket, [];
    Recvmsg: Recvmsg, Receive(Length::Message), [0], Socket, [];
    Sendmmsg: Sendmmsg, Send(Length::Messages), [0], Any, [];
    Recvmmsg: Recvmmsg, Receive(Length::Messages), [0], Any, [];
    Read: Read, Receive(Length::Buffer), [0], Any, [];
    Write: Write, Send(Length::Buffer), [0], Any, [];
    Readv: Readv, Receive(Length::Vector), [0], Any, [];
    Writev: Writev, Send(Length::Vector), [0], Any, [];
    Sendfile: Sendfile, Send(Length::Argument(3)), [0], Any, [];
    Splice: Splice, Send(Length::Argument(4)), [2], Any, [];
    Close: Close, Other, [0], Any, [];
    CloseRange: CloseRange, Other, [], Any, [];
    Dup: Dup, Other, [0], Any, [];
    Dup2: Dup2, Other, [0], Any, [];
    Dup3: Dup3, Other, [0], Any, [Dup2];
    Fcntl: Fcntl, Other, [0], Any, [];
    Ioctl: Ioctl, Other, [0], Any, [];
    Poll: Poll, Readiness { timeout: 2 }, [], Any, [];
    Ppoll: Ppoll, Readiness { timeout: 2 }, [], Any, [Poll];
    Select: Select, Readiness { timeout: 4 }, [], Any, [];
    Pselect6: Pselect, Readiness { timeout: 4 }, [], Any, [Select, Pselect];
    EpollCreate: EpollCreate, Other, [], Any, [];
    EpollCreate1: EpollCreate1, Other, [], Any, [EpollCreate];
    EpollCtl: EpollCtl, Other, [0], Any, [];
    EpollWait: EpollWait, Readiness { timeout: 3 }, [0], Any, [];
    EpollPwait: EpollPwait, Readiness { timeout: 3 }, [0], Any, [EpollWait];
    EpollPwait2: EpollPwait2, Readiness { timeout: 3 }, [0], Any, [];
    Pipe: Pipe, Other, [], Any, [];
    Pipe2: Pipe2, Other, [], Any, [Pipe];
    Fork: Fork, Birth, [], Any, [];
    Vfork: Vfork, Birth, [], Any, [];
    Clone: Clone, Birth, [], Any, [];
    Clone3: Clone, Birth, [], Any, [];
    Wait4: Wait4, Children, [], Any, [Wait, Waitpid];
    Waitid: Waitid, Children, [], Any, [];
    Waitpid: Waitpid, Children, [], Any, [Wait, Wait4];
    Kill: Kill, Other, [], Any, [];
    RtSigaction: Sigaction, Other, [], Any, [Sigaction, Signal];
    Pause: Pause, Time, [], Any, [];
    Alarm: Alarm, Other, [], Any, [];
    Setitimer: Setitimer, Other, [], Any, [];
    Nanosleep: Nanosleep, Time, [], Any, [Sleep, Usleep];
    ClockNanosleep: ClockNanosleep, Time, [], Any, [Nanosleep, Sleep, Usleep];
    IoUringSetup: IoUringSetup, Other, [], Any, [];
}

impl Sys {
    #[must_use]
    pub fn from_name(name: Name) -> Option<Sys> {
        Sys::all().find(|sys| sys.name() == name)
    }

    pub fn all() -> impl Iterator<Item = Sys> {
        TABLE.iter().map(|facts| facts.sys)
    }

    /// The calls that a name may be about: the kernel's, and those that the C library makes for it.
    pub fn meant_by(name: Name) -> impl Iterator<Item = Sys> {
        let about = move |facts: &&Facts| facts.sys.name() == name || facts.aliases.contains(&name);
        TABLE.iter().filter(about).map(|facts| facts.sys)
    }

    /// Names of the C library that are other calls of the kernel, and no name of the kernel.
    pub fn library_names() -> impl Iterator<Item = Name> {
        let names = TABLE.iter().flat_map(|facts| facts.aliases).copied();
        let mut met = Vec::new();
        names.filter(move |name| {
            let fresh = Sys::from_name(*name).is_none() && !met.contains(name);
            met.push(*name);
            fresh
        })
    }

    fn facts(self) -> &'static Facts {
        // The table has the calls in the order of their declaration.
        &TABLE[self as usize]
    }

    /// The name that C gives it, unless its arguments say that it is another function's.
    #[must_use]
    pub fn c_name(self) -> Name {
        self.facts().c_name
    }

    #[must_use]
    pub fn purpose(self) -> Purpose {
        self.facts().purpose
    }

    /// Which argument is the descriptor in question, from 0.
    #[must_use]
    pub fn descriptor(self) -> Option<usize> {
        self.facts().descriptor.first().copied()
    }

    /// A descriptor which is no socket cannot take it, or it only makes sense on a live one.
    #[must_use]
    pub fn needs_socket(self) -> bool {
        self.facts().on == On::Socket
    }

    #[must_use]
    pub fn accepts(self) -> bool {
        self.purpose() == Purpose::Accept
    }

    /// Whether it waits for descriptors to be ready.
    #[must_use]
    pub fn awaits_readiness(self) -> bool {
        self.timeout().is_some()
    }

    /// select(2) and its like: sets in, what is ready out of the same memory.
    #[must_use]
    pub fn takes_sets(self) -> bool {
        matches!(self, Sys::Select | Sys::Pselect6)
    }

    /// poll(2) and its like: a list of descriptors.
    #[must_use]
    pub fn takes_list(self) -> bool {
        matches!(self, Sys::Poll | Sys::Ppoll)
    }

    /// What epoll(7) watches is registered before: the wait names none of it.
    #[must_use]
    pub fn waits_on_epoll(self) -> bool {
        self.awaits_readiness() && !self.takes_sets() && !self.takes_list()
    }

    /// Which argument says how long it waits for descriptors to be ready, from 0.
    #[must_use]
    pub fn timeout(self) -> Option<usize> {
        match self.purpose() {
            Purpose::Readiness { timeout } => Some(timeout),
            _ => None,
        }
    }

    /// Which way it moves bytes, where it moves any.
    #[must_use]
    pub fn direction(self) -> Option<Direction> {
        match self.purpose() {
            Purpose::Receive(_) => Some(Direction::Received),
            Purpose::Send(_) => Some(Direction::Sent),
            _ => None,
        }
    }

    /// Where the length of what it moves is.
    #[must_use]
    pub fn length(self) -> Option<Length> {
        match self.purpose() {
            Purpose::Receive(length) | Purpose::Send(length) => Some(length),
            _ => None,
        }
    }

    #[must_use]
    pub fn receives(self) -> bool {
        self.direction() == Some(Direction::Received)
    }

    #[must_use]
    pub fn sends(self) -> bool {
        self.direction() == Some(Direction::Sent)
    }
}

#[cfg(test)]
mod tests {
    use super::{Length, Purpose, Sys, TABLE};
    use crate::syscall::name::Name;

    #[test]
    fn names_go_both_ways() {
        for (index, sys) in Sys::all().enumerate() {
            assert_eq!(Sys::from_name(sys.name()), Some(sys));
            assert_eq!(TABLE[index].sys as usize, index);
            assert_eq!(sys.facts().sys, sys);
        }
    }

    #[test]
    fn each_has_the_name_of_the_kernel() {
        assert!(Sys::all().count() > 50);
        for sys in Sys::all() {
            assert_eq!(sys.name().as_str().replace('_', ""), format!("{sys:?}").to_lowercase());
        }
        assert_eq!(Sys::from_name(Name::Printf), None);
    }

    #[test]
    fn what_moves_bytes_has_its_length_where_the_kernel_looks_for_it() {
        let known = [
            (Sys::Read, Length::Buffer),
            (Sys::Write, Length::Buffer),
            (Sys::Recv, Length::Buffer),
            (Sys::Send, Length::Buffer),
            (Sys::Recvfrom, Length::Buffer),
            (Sys::Sendto, Length::Buffer),
            (Sys::Sendfile, Length::Argument(3)),
            (Sys::Splice, Length::Argument(4)),
            (Sys::Readv, Length::Vector),
            (Sys::Writev, Length::Vector),
            (Sys::Recvmsg, Length::Message),
            (Sys::Sendmsg, Length::Message),
            (Sys::Recvmmsg, Length::Messages),
            (Sys::Sendmmsg, Length::Messages),
        ];
        for sys in Sys::all() {
            let expected = known.iter().find(|row| row.0 == sys).map(|row| row.1);
            let received = matches!(sys.name().as_str().get(..4), Some("read" | "recv"));
            assert_eq!(sys.length(), expected, "{}", sys.name());
            assert_eq!(
                (sys.receives(), sys.sends()),
                (expected.is_some() && received, expected.is_some() && !received)
            );
        }
    }

    #[test]
    fn a_name_of_the_library_is_every_call_that_it_makes() {
        for (name, calls) in [
            (Name::Accept, &[Sys::Accept, Sys::Accept4][..]),
            (Name::Wait, &[Sys::Wait4, Sys::Waitpid]),
            (Name::Waitpid, &[Sys::Wait4, Sys::Waitpid]),
            (Name::Nanosleep, &[Sys::Nanosleep, Sys::ClockNanosleep]),
            (Name::Sleep, &[Sys::Nanosleep, Sys::ClockNanosleep]),
            (Name::Select, &[Sys::Select, Sys::Pselect6]),
            (Name::Pselect, &[Sys::Pselect6]),
            (Name::Sendto, &[Sys::Send, Sys::Sendto]),
            (Name::Send, &[Sys::Send]),
            (Name::Sigaction, &[Sys::RtSigaction]),
            (Name::Printf, &[]),
        ] {
            assert_eq!(Sys::meant_by(name).collect::<Vec<_>>(), calls, "{name}");
        }
        let library: Vec<Name> = Sys::library_names().collect();
        assert_eq!(library, [Name::Pselect, Name::Wait, Name::Sigaction, Name::Signal, Name::Sleep, Name::Usleep]);
    }

    #[test]
    fn who_waits_for_readiness_says_how_long() {
        let waits: Vec<Sys> = Sys::all().filter(|sys| sys.awaits_readiness()).collect();
        assert_eq!(
            waits,
            [Sys::Poll, Sys::Ppoll, Sys::Select, Sys::Pselect6, Sys::EpollWait, Sys::EpollPwait, Sys::EpollPwait2]
        );
        assert_eq!(waits.iter().filter_map(|sys| sys.timeout()).collect::<Vec<_>>(), [2, 2, 4, 4, 3, 3, 3]);
        assert_eq!(Sys::Accept4.purpose(), Purpose::Accept);
    }

    #[test]
    fn each_wait_for_readiness_is_of_one_kind() {
        for sys in Sys::all().filter(|sys| sys.awaits_readiness()) {
            let kinds = [sys.takes_sets(), sys.takes_list(), sys.waits_on_epoll()];
            assert_eq!(kinds.into_iter().filter(|kind| *kind).count(), 1, "{sys:?}");
        }
        assert!(Sys::EpollPwait2.waits_on_epoll() && Sys::Pselect6.takes_sets() && Sys::Ppoll.takes_list());
        assert!(!Sys::Read.waits_on_epoll() && !Sys::EpollCtl.waits_on_epoll());
    }
}
