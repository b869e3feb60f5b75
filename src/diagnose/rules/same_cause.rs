//! One mistake, one finding: what is only its consequence is left out.

use crate::finding::{Finding, Id};

/// How close two findings must be for one to be the consequence of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Near {
    /// The same process.
    Process,
    /// Processes of the same trace: a parent and its children.
    Trace,
}

/// The cause, what it explains, and how near they must be. No two explain each other: nothing would be said.
const CAUSES: &[(Id, &[Id], Near)] = &[
    (
        Id::MissingSocket,
        &[Id::UncheckedSetup, Id::BusyLoop, Id::RecvErrorIgnored, Id::ExitZeroAfterError],
        Near::Process,
    ),
    (Id::UseAfterClose, &[Id::UncheckedSetup, Id::BusyLoop, Id::RecvErrorIgnored, Id::SingleClient], Near::Process),
    (
        Id::UncheckedSetup,
        &[
            Id::SendUnconnected,
            Id::AcceptBeforeListen,
            Id::RecvErrorIgnored,
            Id::RecvZeroIgnored,
            Id::SigpipeDeath,
            Id::BusyLoop,
            Id::ExitZeroAfterError,
            Id::DoubleClose,
        ],
        Near::Process,
    ),
    (Id::AcceptBeforeListen, &[Id::BusyLoop], Near::Process),
    (Id::AcceptAddrlen, &[Id::UncheckedSetup, Id::BusyLoop, Id::BadAddress, Id::SendUnconnected], Near::Process),
    (Id::SendUnconnected, &[Id::RecvErrorIgnored, Id::RecvZeroIgnored, Id::SigpipeDeath, Id::BusyLoop], Near::Process),
    (Id::SendOnListener, &[Id::RecvErrorIgnored, Id::SigpipeDeath, Id::BusyLoop], Near::Process),
    (Id::RecvZeroIgnored, &[Id::BusyLoop, Id::HttpNoLength], Near::Process),
    (Id::RecvErrorIgnored, &[Id::BusyLoop], Near::Process),
    (Id::StdinEofSpin, &[Id::BusyLoop], Near::Process),
    (Id::ForkKeepsClient, &[Id::FdLeak, Id::FakeClose], Near::Trace),
    (
        Id::SendWholeBuffer,
        &[Id::SendOverread, Id::SendTrailingNul, Id::RecvNotTerminated, Id::SendPointerSize, Id::HttpContentLength],
        Near::Trace,
    ),
    (Id::SendOverread, &[Id::RecvNotTerminated, Id::HttpContentLength], Near::Trace),
    (Id::SendTrailingNul, &[Id::HttpContentLength], Near::Trace),
    (Id::SendPointerSize, &[Id::SendTruncated], Near::Trace),
    (Id::BadAddress, &[Id::BadAddrlen], Near::Process),
    (Id::MissingHtons, &[Id::ConnectionRefused, Id::ClientFixedPort], Near::Process),
    (Id::WrongSuccessTest, &[Id::PerrorAfterSuccess, Id::ExitZeroAfterError, Id::SingleClient], Near::Process),
    (Id::SigpipeDeath, &[Id::ClientKillsServer, Id::SingleClient], Near::Process),
    (Id::ClientKillsServer, &[Id::SingleClient, Id::FakeClose, Id::EintrFatal], Near::Process),
    (Id::SingleClient, &[Id::IterativeOnly], Near::Process),
    (Id::WaitsOnNothing, &[Id::BothReceive, Id::BusyLoop], Near::Process),
    (Id::SetGivenTwice, &[Id::BusyLoop, Id::RecvOnUnready], Near::Process),
    (Id::SetNotRebuilt, &[Id::BothReceive, Id::IterativeOnly], Near::Process),
    (Id::ShortRecvUsed, &[Id::BothReceive, Id::FramingAssumed], Near::Process),
    (Id::RecvOnUnready, &[Id::BothReceive], Near::Process),
    (Id::EinprogressFatal, &[Id::UncheckedSetup, Id::ExitZeroAfterError], Near::Process),
    (Id::BroadcastForbidden, &[Id::ExitZeroAfterError], Near::Process),
    (Id::ThreadSharesFd, &[Id::DoubleClose, Id::UseAfterClose, Id::FdLeak, Id::RecvErrorIgnored], Near::Process),
    (
        Id::ChildReturnsToAccept,
        &[Id::UseAfterClose, Id::BusyLoop, Id::ForkKeepsListener, Id::SingleClient, Id::IterativeOnly],
        Near::Process,
    ),
    (Id::MessageKillsServer, &[Id::SingleClient, Id::FakeClose, Id::RequestNotRead], Near::Process),
    (Id::BinaryCutAtNul, &[Id::SendTruncated], Near::Process),
    (
        Id::FileBlockOversent,
        &[Id::SendWholeBuffer, Id::SendOverread, Id::HttpContentLength, Id::RecvNotTerminated],
        Near::Process,
    ),
    (Id::LengthByteOrder, &[Id::BothReceive, Id::RecvZeroIgnored], Near::Process),
];

/// Leaves out the consequences of what is said already.
#[must_use]
pub fn merge(findings: &[Finding]) -> Vec<Finding> {
    // What is less grave explains nothing that is graver: it would hide it. The loop on the end of the input is the busy
    // loop itself.
    let said = |cause: Id, near: &Near, finding: &Finding| {
        let weighs = |said: &Finding| said.severity <= finding.severity || cause == Id::StdinEofSpin;
        let is_it = |said: &&Finding| said.id == cause && weighs(said);
        findings.iter().filter(is_it).any(|said| matches!(near, Near::Trace) || said.pid == finding.pid)
    };
    let explained = |finding: &Finding| {
        CAUSES.iter().any(|(cause, consequences, near)| {
            let there = said(*cause, near, finding);
            there && consequences.contains(&finding.id)
        })
    };
    findings.iter().filter(|finding| !explained(finding)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::{CAUSES, merge};
    use crate::finding::{Finding, Id, Severity};

    fn finding(id: Id, pid: i32) -> Finding {
        Finding { id, severity: Severity::Defect, pid, fd: None, evidence: Vec::new(), details: Vec::new(), count: 1 }
    }

    fn said(findings: &[(Id, i32)]) -> Vec<(Id, i32)> {
        let findings: Vec<Finding> = findings.iter().map(|(id, pid)| finding(*id, *pid)).collect();
        merge(&findings).iter().map(|finding| (finding.id, finding.pid)).collect()
    }

    #[test]
    fn the_cause_is_said_whatever_the_order() {
        let pairs = [(Id::MissingSocket, Id::UncheckedSetup), (Id::UncheckedSetup, Id::AcceptBeforeListen)];
        for (cause, consequence) in pairs {
            assert_eq!(said(&[(cause, 1), (consequence, 1)]), [(cause, 1)]);
            assert_eq!(said(&[(consequence, 1), (cause, 1)]), [(cause, 1)], "whatever the order");
        }
    }

    #[test]
    fn no_two_explain_each_other() {
        for (cause, consequences, _) in CAUSES {
            for consequence in *consequences {
                assert_eq!(said(&[(*cause, 1), (*consequence, 1)]), [(*cause, 1)], "{consequence:?}");
            }
        }
    }

    #[test]
    fn what_is_less_grave_hides_nothing() {
        let weak = Finding { severity: Severity::Weakness, ..finding(Id::AcceptAddrlen, 1) };
        let grave = finding(Id::UncheckedSetup, 1);
        assert_eq!(merge(&[weak.clone(), grave.clone()]).len(), 2);
        let weak_too = Finding { severity: Severity::Weakness, ..grave };
        assert_eq!(merge(&[weak, weak_too]).len(), 1);
    }

    #[test]
    fn a_consequence_is_near_its_cause() {
        assert_eq!(said(&[(Id::StdinEofSpin, 1), (Id::BusyLoop, 1)]), [(Id::StdinEofSpin, 1)]);
        assert_eq!(said(&[(Id::StdinEofSpin, 1), (Id::BusyLoop, 2)]).len(), 2, "another process");
        assert_eq!(said(&[(Id::SendPointerSize, 1), (Id::SendTruncated, 2)]), [(Id::SendPointerSize, 1)], "a peer");
        assert_eq!(said(&[(Id::SendPointerSize, 1), (Id::Zombie, 1)]).len(), 2, "nothing in common");
    }
}
