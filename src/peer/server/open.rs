//! The socket on which a server waits: made, bound and listening, each call told.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use socket2::{Domain, SockAddr, Socket, Type};

use crate::peer::caller::{Caller, address_of, fd, named, of};
use crate::syscall::address::Address;
use crate::syscall::call::Value;
use crate::syscall::name::Name;

/// Where to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    Tcp(SocketAddr),
    Udp(SocketAddr),
    Unix(PathBuf),
}

/// A call that the machine refused, before any client.
#[derive(Debug)]
pub struct Refused {
    pub call: Name,
    pub error: io::Error,
}

impl Refused {
    fn of(call: Name) -> impl FnOnce(io::Error) -> Refused {
        move |error| Refused { call, error }
    }
}

impl Endpoint {
    fn domain(&self) -> Domain {
        match self {
            Endpoint::Tcp(address) | Endpoint::Udp(address) => Domain::for_address(*address),
            Endpoint::Unix(_) => Domain::UNIX,
        }
    }

    fn kind(&self) -> Type {
        if matches!(self, Endpoint::Udp(_)) { Type::DGRAM } else { Type::STREAM }
    }

    /// As the kernel takes it.
    ///
    /// # Errors
    /// When a path is too long for a `struct sockaddr_un` (108 bytes, unix(7)).
    pub fn address(&self) -> io::Result<SockAddr> {
        match self {
            Endpoint::Tcp(address) | Endpoint::Udp(address) => Ok((*address).into()),
            Endpoint::Unix(path) => SockAddr::unix(path),
        }
    }
}

/// Makes the socket, lets it take over a port whose last connections are in TIME_WAIT, binds it, and listens unless it
/// is UDP's; then asks the kernel for its address.
///
/// # Errors
/// The call that was refused.
pub fn open(caller: &Caller, endpoint: &Endpoint, backlog: i32) -> Result<(Socket, Address), Refused> {
    let address = endpoint.address().map_err(Refused::of(Name::Bind))?;
    let socket = caller.socket(endpoint.domain(), endpoint.kind()).map_err(Refused::of(Name::Socket))?;
    if matches!(endpoint, Endpoint::Tcp(_)) {
        let option = ("SOL_SOCKET", "SO_REUSEADDR", Value::Number(1));
        let set = |socket: &Socket| socket.set_reuse_address(true);
        caller.option(&socket, option, set).map_err(Refused::of(Name::Setsockopt))?;
    }
    caller.bind(&socket, &address).map_err(Refused::of(Name::Bind))?;
    if !matches!(endpoint, Endpoint::Udp(_)) {
        caller.listen(&socket, backlog).map_err(Refused::of(Name::Listen))?;
    }
    let local = name(caller, &socket).map_err(Refused::of(Name::Getsockname))?;
    Ok((socket, local))
}

/// getsockname(2).
///
/// # Errors
/// Those of getsockname(2).
pub fn name(caller: &Caller, socket: &Socket) -> io::Result<Address> {
    let opaque = |name: &str| Value::Opaque(name.to_owned());
    let call = || named(Name::Getsockname, vec![fd(socket), opaque("&adresse"), opaque("&taille")]);
    let address = caller.told(
        call,
        || socket.local_addr(),
        |call, address| {
            call.arguments.truncate(1);
            call.arguments.extend([of(address), Value::Length(address.len().into())]);
            0
        },
    )?;
    Ok(address_of(&address))
}
