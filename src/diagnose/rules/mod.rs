//! From facts to findings: which id a fact is, how serious, and which findings say the same thing twice.

mod same_cause;

use crate::diagnose::Settings;
use crate::diagnose::facts::{Facts, Group, Kind};
use crate::diagnose::ledger::Ledger;
use crate::finding::{Detail, Finding, Id, Severity};
use crate::state::Cause;

/// What the rules look at beside one group of facts.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub facts: &'a Facts,
    pub ledger: &'a Ledger,
    pub settings: &'a Settings,
}

/// How serious a group of facts is; `None` where it says nothing.
type SeverityOf = fn(&Group, &Context<'_>) -> Option<Severity>;

struct Rule {
    kind: Kind,
    id: Id,
    severity: SeverityOf,
}

const fn rule(kind: Kind, id: Id, severity: SeverityOf) -> Rule {
    Rule { kind, id, severity }
}

const DEFECT: SeverityOf = |_, _| Some(Severity::Defect);
const WEAKNESS: SeverityOf = |_, _| Some(Severity::Weakness);
const ADVICE: SeverityOf = |_, _| Some(Severity::Advice);
const INFORMATION: SeverityOf = |_, _| Some(Severity::Information);

const RULES: &[Rule] = &[
    rule(Kind::UsedNoDescriptor, Id::UncheckedSetup, DEFECT),
    rule(Kind::WentOnAfterBind, Id::UncheckedSetup, DEFECT),
    rule(Kind::WentOnAfterListen, Id::UncheckedSetup, DEFECT),
    rule(Kind::WentOnAfterConnect, Id::UncheckedSetup, DEFECT),
    rule(Kind::NeverASocket, Id::MissingSocket, DEFECT),
    rule(Kind::UsedAfterClose, Id::UseAfterClose, DEFECT),
    rule(Kind::ClosedTwice, Id::DoubleClose, unless_sweeping),
    rule(Kind::AcceptWithoutListen, Id::AcceptBeforeListen, DEFECT),
    rule(Kind::TransferOnListener, Id::SendOnListener, DEFECT),
    rule(Kind::TransferUnconnected, Id::SendUnconnected, DEFECT),
    rule(Kind::BoundWithoutReuse, Id::NoReuseaddr, reuse),
    rule(Kind::BindMetTimeWait, Id::NoReuseaddr, WEAKNESS),
    rule(Kind::PortTaken, Id::PortInUse, INFORMATION),
    rule(Kind::PortReserved, Id::PortPrivileged, INFORMATION),
    rule(Kind::AddressElsewhere, Id::AddressNotLocal, INFORMATION),
    rule(Kind::NobodyListens, Id::ConnectionRefused, unless_reached),
    rule(Kind::PortSwapped, Id::MissingHtons, DEFECT),
    rule(Kind::PortLooksSwapped, Id::MissingHtons, WEAKNESS),
    rule(Kind::WrongAddress, Id::BadAddress, DEFECT),
    rule(Kind::ConnectedToAny, Id::BadAddress, WEAKNESS),
    rule(Kind::WrongAddressLength, Id::BadAddrlen, DEFECT),
    rule(Kind::AcceptLengthRefused, Id::AcceptAddrlen, DEFECT),
    rule(Kind::AcceptLengthOdd, Id::AcceptAddrlen, odd_length),
    rule(Kind::FixedClientPort, Id::ClientFixedPort, WEAKNESS),
    rule(Kind::OnlyLoopback, Id::ListenLoopbackOnly, where_reachable),
    rule(Kind::SentWholeBuffer, Id::SendWholeBuffer, DEFECT),
    rule(Kind::SentTrailingNul, Id::SendTrailingNul, WEAKNESS),
    rule(Kind::SentForeignMemory, Id::SendOverread, DEFECT),
    rule(Kind::SentPointerSize, Id::SendPointerSize, DEFECT),
    rule(Kind::SentTruncated, Id::SendTruncated, WEAKNESS),
    rule(Kind::ShortSendForgotten, Id::ShortSendIgnored, ADVICE),
    rule(Kind::ReadPastReceived, Id::RecvNotTerminated, DEFECT),
    rule(Kind::AnsweredPieces, Id::FramingAssumed, WEAKNESS),
    rule(Kind::UsedAfterError, Id::RecvErrorIgnored, DEFECT),
    rule(Kind::ReadAfterEnd, Id::RecvZeroIgnored, DEFECT),
    rule(Kind::DatagramCut, Id::UdpTruncated, WEAKNESS),
    rule(Kind::KeptAfterEnd, Id::FdLeak, DEFECT),
    rule(Kind::ParentKeptClient, Id::ForkKeepsClient, DEFECT),
    rule(Kind::ChildKeptClient, Id::ForkKeepsClient, DEFECT),
    rule(Kind::ChildKeptListener, Id::ForkKeepsListener, ADVICE),
    rule(Kind::NeverClosed, Id::FakeClose, WEAKNESS),
    rule(Kind::RequestUnread, Id::RequestNotRead, DEFECT),
    rule(Kind::RefusedUnread, Id::RequestNotRead, WEAKNESS),
    rule(Kind::ReplyUnread, Id::ReplyNotRead, WEAKNESS),
    rule(Kind::ChildrenUnwaited, Id::Zombie, DEFECT),
    rule(Kind::ServerDiedOfSigpipe, Id::SigpipeDeath, DEFECT),
    rule(Kind::ClientDiedOfSigpipe, Id::SigpipeDeath, WEAKNESS),
    rule(Kind::ClientEndedServer, Id::ClientKillsServer, DEFECT),
    rule(Kind::OneClient, Id::SingleClient, ADVICE),
    rule(Kind::OneAtATime, Id::IterativeOnly, ADVICE),
    rule(Kind::EndedByEintr, Id::EintrFatal, WEAKNESS),
    rule(Kind::EndedWellAfterFailure, Id::ExitZeroAfterError, WEAKNESS),
    rule(Kind::EndedAfterSuccess, Id::WrongSuccessTest, DEFECT),
    rule(Kind::ComplainedOfSuccess, Id::PerrorAfterSuccess, WEAKNESS),
    rule(Kind::Spins, Id::BusyLoop, DEFECT),
    rule(Kind::SpinsOnEndOfInput, Id::StdinEofSpin, WEAKNESS),
    rule(Kind::BothReceive, Id::BothReceive, DEFECT),
    rule(Kind::HttpBareLines, Id::HttpBareLf, WEAKNESS),
    rule(Kind::HttpHeaderUnended, Id::HttpBareLf, DEFECT),
    rule(Kind::HttpStatusLine, Id::HttpStatusLine, DEFECT),
    rule(Kind::HttpWrongLength, Id::HttpContentLength, DEFECT),
    rule(Kind::HttpNoLength, Id::HttpNoLength, DEFECT),
    rule(Kind::HttpNoHost, Id::HttpHostMissing, DEFECT),
    rule(Kind::ImportsObsolete, Id::ObsoleteFunction, ADVICE),
    rule(Kind::WatchedNothing, Id::WaitsOnNothing, DEFECT),
    rule(Kind::SetSharedBySelect, Id::SetGivenTwice, DEFECT),
    rule(Kind::SetNotRebuilt, Id::SetNotRebuilt, DEFECT),
    rule(Kind::SetShrunk, Id::SetNotRebuilt, unless_certain),
    rule(Kind::UsedShortReceive, Id::ShortRecvUsed, DEFECT),
    rule(Kind::ReceivedUnannounced, Id::RecvOnUnready, DEFECT),
    rule(Kind::LeftAfterEdge, Id::EdgeTriggeredLeft, DEFECT),
    rule(Kind::EndedByInProgress, Id::EinprogressFatal, DEFECT),
    rule(Kind::BroadcastRefused, Id::BroadcastForbidden, DEFECT),
    rule(Kind::ThreadsShared, Id::ThreadSharesFd, DEFECT),
    rule(Kind::ChildAccepted, Id::ChildReturnsToAccept, DEFECT),
    rule(Kind::MessageEndedServer, Id::MessageKillsServer, DEFECT),
    rule(Kind::Crashed, Id::Crash, DEFECT),
    rule(Kind::SentUpToNul, Id::BinaryCutAtNul, DEFECT),
    rule(Kind::SentBeyondRead, Id::FileBlockOversent, DEFECT),
    rule(Kind::AskedSwappedLength, Id::LengthByteOrder, DEFECT),
    rule(Kind::SaidAtTheEnd, Id::StdoutUnflushed, ADVICE),
];

/// A process that closes whatever may be open: the descriptors were anybody's.
fn unless_sweeping(group: &Group, context: &Context<'_>) -> Option<Severity> {
    let sweeps = context.ledger.exit_record(group.fact.pid).stray_closes >= 3;
    (!sweeps).then_some(Severity::Defect)
}

/// An address that was not written, and that the program answers to, makes it fail.
#[allow(clippy::unnecessary_wraps, reason = "a row of the table")]
fn odd_length(group: &Group, context: &Context<'_>) -> Option<Severity> {
    let used = context.facts.of(Kind::WrongAddress).any(|wrong| wrong.fact.pid == group.fact.pid);
    Some(if used { Severity::Defect } else { Severity::Weakness })
}

/// A restart that failed says more.
fn reuse(_: &Group, context: &Context<'_>) -> Option<Severity> {
    context.facts.of(Kind::BindMetTimeWait).next().is_none().then_some(Severity::Advice)
}

/// Another address of the same name answered.
fn unless_reached(group: &Group, context: &Context<'_>) -> Option<Severity> {
    let port = group.fact.details.iter().find_map(|detail| match detail {
        Detail::Port { port } => Some(*port),
        _ => None,
    });
    let known = context.ledger.exit_record(group.fact.pid);
    let reached = port.is_some_and(|port| known.connected_ports.contains(&port));
    let swapped = |detail: &Detail| matches!(detail, Detail::Cause { cause: Cause::ByteSwapped { .. } });
    (!reached && !group.fact.details.iter().any(swapped)).then_some(Severity::Information)
}

/// Bytes that wait say more.
fn unless_certain(group: &Group, context: &Context<'_>) -> Option<Severity> {
    let mut certain = context.facts.of(Kind::SetNotRebuilt);
    certain.all(|other| other.fact.pid != group.fact.pid).then_some(Severity::Weakness)
}

fn where_reachable(_: &Group, context: &Context<'_>) -> Option<Severity> {
    context.settings.must_be_reachable.then_some(Severity::Advice)
}

/// Every finding, those of the same cause told once, the gravest first.
#[must_use]
pub fn judge(context: &Context<'_>) -> Vec<Finding> {
    let found = RULES.iter().flat_map(|rule| {
        context
            .facts
            .of(rule.kind)
            .filter_map(|group| (rule.severity)(group, context).map(|severity| finding(rule, group, severity)))
    });
    let mut findings = same_cause::merge(&found.collect::<Vec<_>>());
    findings.sort_by_key(|finding| (finding.severity, finding.evidence.first().map_or(0, |evidence| evidence.at_us)));
    findings
}

fn finding(rule: &Rule, group: &Group, severity: Severity) -> Finding {
    let fact = &group.fact;
    Finding {
        id: rule.id,
        severity,
        pid: fact.pid,
        fd: fact.fd,
        evidence: fact.proofs.iter().map(|proof| proof.as_ref().clone()).collect(),
        details: fact.details.clone(),
        count: group.count,
    }
}
