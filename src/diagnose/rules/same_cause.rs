//! One mistake, one finding: what is only its consequence is left out.

use std::collections::BTreeSet;

use crate::finding::{Finding, Id};

/// How close two findings must be for one to be the consequence of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Near {
    /// The same process.
    Process,
    /// Processes of the same trace: a parent and its children.
    Trace,
}

/// The cause, what it explains, and how near they must be.
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
            Id::MissingSocket,
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
    (Id::AcceptBeforeListen, &[Id::UncheckedSetup, Id::BusyLoop], Near::Process),
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
];

/// Leaves out the consequences of what is said already.
#[must_use]
pub fn merge(findings: &[Finding]) -> Vec<Finding> {
    let said: BTreeSet<(Id, i32)> = findings.iter().map(|finding| (finding.id, finding.pid)).collect();
    let explained = |finding: &Finding| {
        CAUSES.iter().any(|(cause, consequences, near)| {
            let there = match near {
                Near::Process => said.contains(&(*cause, finding.pid)),
                Near::Trace => said.iter().any(|(id, _)| id == cause),
            };
            there && consequences.contains(&finding.id) && !reversed(*cause, finding)
        })
    };
    findings.iter().filter(|finding| !explained(finding)).cloned().collect()
}

/// Two ids that may each be the cause of the other: the table is read in its order, so the earlier row wins.
fn reversed(cause: Id, finding: &Finding) -> bool {
    let explains = |by: Id, what: Id| CAUSES.iter().position(|(id, ids, _)| *id == by && ids.contains(&what));
    match (explains(cause, finding.id), explains(finding.id, cause)) {
        (Some(forward), Some(backward)) => backward < forward,
        _ => false,
    }
}
