//! What a call changes of the descriptors of its process.

use crate::observed::{Subject, Traced};
use crate::syscall::sys::Sys;
use crate::trace::engine::Engine;
use crate::trace::raw::Raw;

impl Engine<'_> {
    /// Takes note of a call that has ended.
    pub(super) fn remember(&mut self, tid: i32, raw: &Raw, (result, traced): (i64, &Traced)) {
        let new = i32::try_from(result).ok().filter(|new| *new >= 0);
        // The kernel reads an int: the lower half.
        let argument = |index: usize| u32::try_from(raw.arguments[index] & 0xffff_ffff).unwrap_or(0).cast_signed();
        match (raw.sys, new) {
            (Sys::Socket, Some(new)) => self.socket(tid, new, (argument(0), argument(1))),
            (Sys::Accept | Sys::Accept4, Some(new)) => {
                if let Some(Subject::Socket { family, socket_type, .. }) = traced.subject {
                    self.socket(tid, new, (family, socket_type));
                }
            }
            (Sys::Close, _) => self.forget(tid, argument(0)),
            (Sys::Dup2 | Sys::Dup3, Some(new)) => self.doubled(tid, new),
            (Sys::CloseRange, Some(_)) => self.forget_all(tid),
            _ => {}
        }
    }

    fn socket(&mut self, tid: i32, fd: i32, (family, socket_type): (i32, i32)) {
        let kind = socket_type & !(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK);
        if let Some(process) = self.table.process_of(tid) {
            process.files.borrow_mut().socket(fd, family, kind);
        }
    }

    fn forget(&mut self, tid: i32, fd: i32) {
        if let Some(process) = self.table.process_of(tid) {
            process.files.borrow_mut().forget(fd);
        }
    }

    fn forget_all(&mut self, tid: i32) {
        if let Some(process) = self.table.process_of(tid) {
            process.files.borrow_mut().forget_all();
        }
    }

    /// The filter does not follow every transfer on 0, 1 and 2: where a network socket is put there, as inetd does, the
    /// process stops at every call from now on.
    fn doubled(&mut self, tid: i32, new: i32) {
        self.forget(tid, new);
        if new > 2 {
            return;
        }
        let subject = self.subject(tid, new);
        let network = matches!(subject, Subject::Socket { family: libc::AF_INET | libc::AF_INET6, .. });
        if let Some(process) = self.table.process_of(tid).filter(|_| network) {
            process.every = true;
        }
    }
}
