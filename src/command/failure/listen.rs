//! A server that cannot begin.

use crate::event::Cause;
use crate::event::peer::Transport;
use crate::peer::server::open::Endpoint;
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;
use crate::text::serve as words;

/// A call that the machine refused before any client.
#[derive(Debug)]
pub struct ListenFailure {
    pub endpoint: Endpoint,
    pub transport: Transport,
    pub call: Name,
    /// `None` where no call was made: the path does not fit.
    pub errno: Option<Errno>,
    /// Why, as far as this machine tells.
    pub cause: Option<Cause>,
    /// The same command on a port that is free.
    pub command: Option<String>,
}

impl ListenFailure {
    pub(super) fn sentence(&self) -> String {
        let (cause, errno) = (self.cause.as_ref(), self.errno.unwrap_or(Errno::EINVAL));
        match &self.endpoint {
            Endpoint::Unix(path) if self.errno.is_none() => words::socket_path_too_long(path),
            Endpoint::Unix(path) => words::socket_file_refused(path, (self.call, errno), cause),
            Endpoint::Tcp(_) | Endpoint::Udp(_) => {
                words::refused((self.call, errno, self.transport), cause, self.command.as_deref())
            }
        }
    }
}
