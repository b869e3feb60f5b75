//! Why a call of the peer failed, asked as soon as it is told.

use super::Narration;
use crate::event::Returned;
use crate::observe::cause;
use crate::syscall::call::{Call, Outcome};
use crate::syscall::errno::Errno;

impl Narration<'_> {
    /// Gives a call that failed its cause, as far as this machine tells.
    pub(super) fn explain(&mut self, returned: &mut Returned) {
        if let Some((call, errno)) = self.failure(returned) {
            let pid = if self.children.contains_key(&returned.pid) { returned.pid } else { self.subject.pid };
            let failure = cause::Failure { pid, call: &call, errno };
            returned.cause = self.observer.as_mut().and_then(|observer| cause::cause(observer, failure));
        }
    }

    /// The call that failed, now or, where SO_ERROR says so, before.
    fn failure(&mut self, returned: &Returned) -> Option<(Call, Errno)> {
        let call = returned.call.as_ref()?;
        if let Some(errno) = call.pending_error() {
            return Some((self.dialled.remove(&returned.actor)?, errno));
        }
        let Outcome::Failed(errno) = returned.outcome else { return None };
        if errno == Errno::EINPROGRESS {
            self.dialled.insert(returned.actor.clone(), call.clone());
        }
        Some((call.clone(), errno))
    }
}
