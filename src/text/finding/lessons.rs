//! Which lesson teaches what a finding is about.

use crate::finding::Id;

/// The lessons that teach it, the first one to play first.
#[must_use]
pub fn lessons(id: Id) -> &'static [u32] {
    match id {
        Id::ExitZeroAfterError
        | Id::PerrorAfterSuccess
        | Id::WrongSuccessTest
        | Id::MissingSocket
        | Id::UseAfterClose
        | Id::DoubleClose => &[1],
        Id::MissingHtons => &[2, 3],
        Id::BadAddress => &[2, 6],
        Id::ObsoleteFunction => &[12, 2],
        Id::BadAddrlen | Id::PortPrivileged | Id::AddressNotLocal | Id::ListenLoopbackOnly | Id::UncheckedSetup => &[3],
        Id::PortInUse => &[3, 11],
        Id::AcceptBeforeListen => &[4],
        Id::ConnectionRefused => &[4, 6],
        Id::AcceptAddrlen | Id::SendOnListener => &[5],
        Id::ClientFixedPort => &[6],
        Id::SendWholeBuffer | Id::SendOverread | Id::SendPointerSize | Id::SendTruncated | Id::ShortSendIgnored => &[7],
        Id::SendTrailingNul => &[7, 8],
        Id::RecvNotTerminated | Id::RecvErrorIgnored => &[8],
        Id::RecvZeroIgnored => &[8, 10],
        Id::FramingAssumed | Id::BothReceive | Id::SendUnconnected => &[9],
        Id::SigpipeDeath => &[10],
        Id::ClientKillsServer => &[10, 19],
        Id::NoReuseaddr => &[11],
        Id::HttpHostMissing | Id::ReplyNotRead => &[13],
        Id::HttpBareLf => &[13, 14],
        Id::HttpStatusLine | Id::HttpContentLength | Id::HttpNoLength => &[14],
        Id::RequestNotRead => &[14, 11],
        Id::SingleClient | Id::FdLeak | Id::FakeClose => &[15],
        Id::IterativeOnly => &[15, 16, 17, 18],
        Id::Zombie | Id::ForkKeepsClient | Id::ForkKeepsListener => &[16],
        Id::EintrFatal => &[16, 18],
        Id::BusyLoop => &[18],
        Id::StdinEofSpin => &[19],
        Id::UdpTruncated => &[20],
    }
}
