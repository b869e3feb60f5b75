//! The addresses of a target: getaddrinfo(3), told.

use std::net::SocketAddr;
use std::path::Path;

use dns_lookup::{AddrInfoHints, getaddrinfo};
use socket2::{Domain, SockAddr, Type};

use crate::peer::caller::{Caller, named, symbol};
use crate::peer::client::blocking_thread::unless_stopped;
use crate::peer::client::{Candidate, Family, Refusal, Target};
use crate::peer::stop::Stop;
use crate::syscall::address::Address;
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::constant::{Group, name_of};
use crate::syscall::gai::GaiError;
use crate::syscall::name::Name;

/// What to look for.
#[derive(Clone)]
struct Question {
    host: String,
    port: String,
    hints: AddrInfoHints,
}

/// Every address of the target, in the order in which they are to be tried (RFC 6724, by the C library).
///
/// # Errors
/// A path that no socket can have; the inner one when the name has no address.
pub fn candidates(target: &Target, caller: &Caller, stop: &Stop) -> Result<Result<Vec<Candidate>, GaiError>, Refusal> {
    match target {
        Target::Unix(path) => unix(path).map(|place| Ok(vec![place])),
        Target::Inet { host, port, family, udp } => {
            let family = match family {
                Family::Any => libc::AF_UNSPEC,
                Family::V4 => libc::AF_INET,
                Family::V6 => libc::AF_INET6,
            };
            let kind = if *udp { Type::DGRAM } else { Type::STREAM };
            let hints = AddrInfoHints { address: family, socktype: kind.into(), ..AddrInfoHints::default() };
            let question = Question { host: host.clone(), port: port.to_string(), hints };
            let place = |address| Candidate { domain: Domain::for_address(address), kind, address: address.into() };
            Ok(ask(&question, caller, stop).map(|addresses| addresses.into_iter().map(place).collect()))
        }
    }
}

fn unix(path: &Path) -> Result<Candidate, Refusal> {
    let address = SockAddr::unix(path).map_err(|_| Refusal::SocketPath { path: path.to_owned() })?;
    Ok(Candidate { domain: Domain::UNIX, kind: Type::STREAM, address })
}

fn ask(question: &Question, caller: &Caller, stop: &Stop) -> Result<Vec<SocketAddr>, GaiError> {
    let text = |text: &str| Value::Bytes { data: text.as_bytes().to_vec(), total: text.len() };
    let call = || {
        let list = Value::Opaque("&adresses".to_owned());
        named(Name::Getaddrinfo, vec![text(&question.host), text(&question.port), question.hints(), list])
    };
    let own = question.clone();
    // Nothing interrupts getaddrinfo; who waits for it no longer says so as glibc does of a request that is cut.
    let real = || unless_stopped(stop, move || own.look_up()).unwrap_or(Err(GaiError::EAI_INTR));
    caller.told_as(call, real, |call, found| match found {
        Ok(addresses) => {
            question.fill(call, addresses);
            Outcome::Returned(Answer::Number(0))
        }
        Err(error) => Outcome::Unresolved(*error),
    })
}

impl Question {
    fn look_up(&self) -> Result<Vec<SocketAddr>, GaiError> {
        let found = getaddrinfo(Some(&self.host), Some(&self.port), Some(self.hints));
        let found = found.map_err(|error| match error.error_num() {
            // A name with a NUL never gets as far as the C library.
            0 => GaiError::EAI_NONAME,
            number => GaiError::new(number),
        })?;
        // An address of a family other than those asked for is none of ours.
        let addresses: Vec<SocketAddr> = found.filter_map(|entry| Some(entry.ok()?.sockaddr)).collect();
        if addresses.is_empty() { Err(GaiError::EAI_NONAME) } else { Ok(addresses) }
    }

    fn hints(&self) -> Value {
        Value::Record(vec![family(self.hints.address), self.kind()])
    }

    fn kind(&self) -> (String, Value) {
        ("ai_socktype".to_owned(), symbol(name_of(Group::SocketType, self.hints.socktype.into()).unwrap_or_default()))
    }

    fn fill(&self, call: &mut Call, addresses: &[SocketAddr]) {
        let entry = |address: &SocketAddr| {
            let number = if address.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
            let shown = ("ai_addr".to_owned(), Value::Address(Address::Inet(*address)));
            Value::Record(vec![family(number), self.kind(), shown])
        };
        call.arguments.truncate(3);
        call.arguments.push(Value::List(addresses.iter().map(entry).collect()));
    }
}

fn family(number: i32) -> (String, Value) {
    ("ai_family".to_owned(), symbol(name_of(Group::Family, number.into()).unwrap_or_default()))
}
