//! Findings in French: what happened, why it is a mistake, what to write instead. What does not depend on the case is
//! in its page (`content`); the sentences that carry facts are pure functions of a finding, whose details may be
//! missing: without any, the same sentences say the finding in general.

mod case;
mod data;
mod flow;
mod fork;
mod http;
mod life;
mod readiness;
mod setup;
mod shown;
mod situation;

use crate::content::book::Book;
use crate::content::finding::Finding as Page;
use crate::content::keywords;
use crate::finding::{Finding, Id, Severity};
use crate::text::quantity::counted;

use self::case::Case;

pub use self::shown::{exhibit, remark};

/// Columns of the longest title.
#[cfg(test)]
pub const TITLE_WIDTH: usize = 60;

/// A finding in words. Backquotes mark code in the three parts; the title has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// One line, a whole sentence.
    pub title: String,
    pub happened: String,
    /// Why it is wrong, or under which condition it breaks.
    pub why: String,
    pub instead: String,
}

/// What the facts of a case compose; its page says the rest.
#[derive(Debug, Default)]
struct Composed {
    title: Option<String>,
    happened: Option<String>,
    why: Option<String>,
    instead: Option<String>,
}

impl Composed {
    fn happened(happened: impl Into<String>) -> Composed {
        Composed { happened: Some(happened.into()), ..Composed::default() }
    }

    fn titled(title: impl Into<String>, happened: impl Into<String>) -> Composed {
        Composed { title: Some(title.into()), ..Composed::happened(happened) }
    }

    fn advised(self, why: impl Into<String>, instead: impl Into<String>) -> Composed {
        Composed { why: Some(why.into()), instead: Some(instead.into()), ..self }
    }
}

/// The finding in words.
#[must_use]
pub fn said(finding: &Finding) -> Said {
    on(finding, &page(finding.id))
}

/// Its page, of those in the program: the tests hold that it can be read.
fn page(id: Id) -> Page {
    Book::default().finding(id).unwrap_or_default()
}

fn on(finding: &Finding, page: &Page) -> Said {
    let composed = composed(finding);
    let part = |own: Option<String>, page: &Option<String>| own.or_else(|| page.clone()).unwrap_or_default();
    Said {
        title: part(composed.title, &page.title),
        happened: part(composed.happened, &page.happened),
        why: part(composed.why, &page.why),
        instead: part(composed.instead, &page.instead),
    }
}

fn composed(finding: &Finding) -> Composed {
    let case = Case(finding);
    // Of the others, the page says it all.
    of_calls(case).or_else(|| of_programs(case)).unwrap_or_default()
}

/// What one call was given, moved or met.
fn of_calls(case: Case) -> Option<Composed> {
    Some(match case.0.id {
        Id::NoReuseaddr => setup::no_reuseaddr(case),
        Id::UncheckedSetup => setup::unchecked_setup(case),
        Id::RecvZeroIgnored => data::recv_zero_ignored(case),
        Id::RecvNotTerminated => data::recv_not_terminated(case),
        Id::SendWholeBuffer => data::send_whole_buffer(case),
        Id::SendTrailingNul => data::send_trailing_nul(case),
        Id::SendOverread => data::send_overread(case),
        Id::SendPointerSize => data::send_pointer_size(case),
        Id::SendTruncated => data::send_truncated(case),
        Id::RecvErrorIgnored => data::recv_error_ignored(case),
        Id::AcceptAddrlen => setup::accept_addrlen(case),
        Id::HttpBareLf => http::bare_lf(case),
        Id::HttpStatusLine => http::status_line(case),
        Id::HttpContentLength => http::content_length(case),
        Id::HttpHostMissing => http::host_missing(case),
        Id::RequestNotRead => data::request_not_read(case),
        Id::ReplyNotRead => data::reply_not_read(case),
        Id::MissingHtons => setup::missing_htons(case),
        Id::MissingSocket => setup::missing_socket(case),
        Id::BadAddress => setup::bad_address(case),
        Id::BadAddrlen => setup::bad_addrlen(case),
        Id::ClientFixedPort => setup::client_fixed_port(case),
        Id::AcceptBeforeListen => setup::accept_before_listen(case),
        Id::PortInUse => situation::port_in_use(case),
        Id::PortPrivileged => situation::port_privileged(case),
        Id::AddressNotLocal => situation::address_not_local(case),
        Id::ConnectionRefused => situation::connection_refused(case),
        Id::ShortSendIgnored => data::short_send_ignored(case),
        Id::UdpTruncated => data::udp_truncated(case),
        Id::ListenLoopbackOnly => setup::listen_loopback_only(case),
        Id::ObsoleteFunction => setup::obsolete_function(case),
        Id::ShortRecvUsed => data::short_recv_used(case),
        Id::EinprogressFatal => setup::einprogress_fatal(case),
        Id::BroadcastForbidden => setup::broadcast_forbidden(case),
        Id::BinaryCutAtNul => data::binary_cut_at_nul(case),
        Id::FileBlockOversent => data::file_block_oversent(case),
        Id::LengthByteOrder => data::length_byte_order(case),
        _ => return None,
    })
}

/// What a program does over time: how it waits, what it keeps, how it ends.
fn of_programs(case: Case) -> Option<Composed> {
    Some(match case.0.id {
        Id::SigpipeDeath => life::sigpipe_death(case),
        Id::IterativeOnly => life::iterative_only(case),
        Id::Zombie => fork::zombie(case),
        Id::FdLeak => life::fd_leak(case),
        Id::ForkKeepsClient => fork::fork_keeps_client(case),
        Id::ForkKeepsListener => fork::fork_keeps_listener(case),
        Id::PerrorAfterSuccess => flow::perror_after_success(case),
        Id::SendOnListener => life::send_on_listener(case),
        Id::SendUnconnected => life::send_unconnected(case),
        Id::UseAfterClose => life::use_after_close(case),
        Id::DoubleClose => life::double_close(case),
        Id::ClientKillsServer => life::client_kills_server(case),
        Id::BusyLoop => flow::busy_loop(case),
        Id::BothReceive => flow::both_receive(case),
        Id::ExitZeroAfterError => flow::exit_zero_after_error(case),
        Id::StdinEofSpin => flow::stdin_eof_spin(case),
        Id::EintrFatal => flow::eintr_fatal(case),
        Id::WrongSuccessTest => flow::wrong_success_test(case),
        Id::FakeClose => life::fake_close(case),
        Id::WaitsOnNothing => readiness::waits_on_nothing(case),
        Id::SetNotRebuilt => readiness::set_not_rebuilt(case),
        Id::RecvOnUnready => readiness::recv_on_unready(case),
        Id::EdgeTriggeredLeft => readiness::edge_triggered_left(case),
        Id::ChildReturnsToAccept => fork::child_returns_to_accept(case),
        Id::MessageKillsServer => life::message_kills_server(case),
        Id::Crash => life::crash(case),
        _ => return None,
    })
}

/// Its title alone.
#[cfg(test)]
#[must_use]
pub fn title(finding: &Finding) -> String {
    said(finding).title
}

/// The lessons that teach it, the first one to play first.
#[must_use]
pub fn lessons(id: Id) -> Vec<u32> {
    page(id).lessons
}

/// A finding of which nothing is known but its id: what is said of it in general, with this page.
#[must_use]
pub fn general(id: Id, page: &Page) -> Said {
    on(&without_facts(id), page)
}

fn without_facts(id: Id) -> Finding {
    let (evidence, details) = (Vec::new(), Vec::new());
    Finding { id, severity: id.severity(), pid: 0, fd: None, evidence, details, count: 1 }
}

#[must_use]
pub fn severity(severity: Severity) -> &'static str {
    keywords::severity(severity)
}

/// What a severity means, for who reads the word for the first time.
#[must_use]
pub fn meaning(severity: Severity) -> &'static str {
    match severity {
        Severity::Defect => "c’est faux, quelle que soit la personne qui lance le programme",
        Severity::Weakness => "cela fonctionne aujourd’hui, et casse sous une condition que le texte nomme",
        Severity::Advice => "une habitude à prendre",
        Severity::Information => "une situation de la machine, qui n’est la faute de personne",
    }
}

/// `2 défauts, 1 fragilité`; `rien à signaler` where all four are zero.
#[must_use]
pub fn tally(defects: u64, weaknesses: u64, advice: u64, information: u64) -> String {
    let counts = [
        (defects, Severity::Defect),
        (weaknesses, Severity::Weakness),
        (advice, Severity::Advice),
        (information, Severity::Information),
    ];
    let present = counts.iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = present
        .map(|(count, kind)| counted(usize::try_from(*count).unwrap_or(usize::MAX), "", severity(*kind)))
        .collect();
    if words.is_empty() { "rien à signaler".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests;
