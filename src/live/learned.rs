//! What finished calls teach of where to look: the ports in use, and the last failure.

use std::collections::BTreeSet;

use crate::live::kernel::Report;
use crate::syscall::call::{Call, Value};
use crate::syscall::name::Name;

/// What reports have taught so far.
#[derive(Debug, Default)]
pub(super) struct Learned {
    ports: BTreeSet<u16>,
    /// The last call that failed, and in which process.
    failure: Option<(i32, Call)>,
}

impl Learned {
    pub(super) fn add_port(&mut self, port: u16) {
        self.ports.insert(port);
    }

    /// Notes what a finished call of this process teaches.
    pub(super) fn learn(&mut self, pid: i32, report: &Report) {
        let Report::Finished { call: Some(call), outcome, .. } = report else { return };
        if matches!(call.name, Name::Bind | Name::Connect | Name::Getsockname | Name::Sendto) {
            let ports = call.arguments.iter().filter_map(|argument| match argument {
                Value::Address(address) => address.port().filter(|port| *port != 0),
                _ => None,
            });
            self.ports.extend(ports);
        }
        if outcome.errno().is_some() {
            self.failure = Some((pid, call.clone()));
        }
    }

    pub(super) fn ports(&self) -> Vec<u16> {
        self.ports.iter().copied().collect()
    }

    /// The process in which this call was the last to fail.
    pub(super) fn failed_in(&self, call: &Call) -> Option<i32> {
        self.failure.as_ref().filter(|(_, failed)| failed == call).map(|(pid, _)| *pid)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::Learned;
    use crate::live::kernel::Report;
    use crate::syscall::address::Address;
    use crate::syscall::call::{Answer, Call, Outcome, Value};
    use crate::syscall::errno::Errno;

    fn call(name: &str, port: u16) -> Call {
        let address = Value::Address(Address::v4(Ipv4Addr::LOCALHOST, port));
        Call { name: name.into(), arguments: vec![Value::Number(3), address] }
    }

    fn finished(call: Call, outcome: Outcome) -> Report {
        Report::Finished { call: Some(call), outcome, duration_us: 5 }
    }

    #[test]
    fn ports_that_are_used_are_looked_at() {
        let mut learned = Learned::default();
        learned.add_port(9);
        let done = Outcome::Returned(Answer::Number(0));
        for (name, port) in [("bind", 3002), ("connect", 3001), ("sendto", 3002), ("accept", 4001), ("bind", 0)] {
            learned.learn(7, &finished(call(name, port), done.clone()));
        }
        learned.learn(7, &Report::Entered { call: call("bind", 5) });
        assert_eq!(learned.ports(), [9, 3001, 3002]);
        assert_eq!(learned.failed_in(&call("bind", 3002)), None);
    }

    #[test]
    fn the_last_failure_is_known_by_its_process() {
        let mut learned = Learned::default();
        learned.learn(7, &finished(call("bind", 3001), Outcome::Failed(Errno::EADDRINUSE)));
        assert_eq!(learned.failed_in(&call("bind", 3001)), Some(7));
        assert_eq!(learned.failed_in(&call("bind", 3002)), None);
        learned.learn(9, &finished(call("connect", 3001), Outcome::Failed(Errno::ECONNREFUSED)));
        assert_eq!(
            (learned.failed_in(&call("bind", 3001)), learned.failed_in(&call("connect", 3001))),
            (None, Some(9))
        );
    }
}
