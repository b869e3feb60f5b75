//! Threads and mutexes, all real ones.

use std::ffi::c_void;
use std::os::fd::AsRawFd;
use std::sync::Arc;

use super::{Implementation, bad};
use crate::live::arithmetic::Datum;
use crate::live::control_channel::{self, Channel, Notice};
use crate::live::descriptor;
use crate::live::interpreter::Interpreter;
use crate::live::kernel::Refusal;
use crate::live::start::name_thread;
use crate::syscall::name::Name;

pub(super) const TABLE: &[(Name, Implementation)] = &[
    (Name::PthreadCreate, create),
    (Name::PthreadJoin, join),
    (Name::PthreadDetach, detach),
    (Name::PthreadExit, exit),
    (Name::PthreadMutexLock, lock),
    (Name::PthreadMutexTrylock, trylock),
    (Name::PthreadMutexUnlock, unlock),
];

type Made = Result<i64, Refusal>;

/// A thread of the actor, with a channel of its own and a scope inside its creator's.
#[allow(unsafe_code, reason = "libc call")]
fn create(caller: &mut Interpreter, a: &[Datum]) -> Made {
    if !a[1].is_null() {
        return Err(bad(Name::PthreadCreate, 1));
    }
    let id_place = caller.own(&a[0], size_of::<libc::pthread_t>())?;
    let (ours, theirs) = control_channel::pair().map_err(|_| Refusal::OutOfMemory)?;
    let channel = Channel::new(descriptor::raise(ours).map_err(|_| Refusal::OutOfMemory)?);
    caller.state().hidden.push(channel.fd());
    let scope = caller.state().open_scope(caller.scope);
    let name = caller.births.take().unwrap_or_else(|| format!("{}-{scope}", caller.name));
    let thread = Interpreter::of_thread(Arc::clone(&caller.state), (scope, false), name.clone(), channel);
    let thread = Box::into_raw(Box::new(thread));
    let mut id: libc::pthread_t = 0;
    // SAFETY: `id` outlives the call, no attributes are given, and `begin` takes over the box.
    let failure = caller.timed(|| unsafe { libc::pthread_create(&raw mut id, std::ptr::null(), begin, thread.cast()) });
    if failure == 0 {
        caller.state().memory.write(id_place, &id.to_ne_bytes())?;
        caller.state().threads.push(id);
        caller.say(&Notice::Birth { name, process: None }, &[theirs.as_raw_fd()]);
    } else {
        // SAFETY: no thread was made: the box is still ours alone.
        let thread = unsafe { Box::from_raw(thread) };
        forget_channel(&thread);
    }
    Ok(failure.into())
}

/// The life of a thread: it obeys its own channel until pthread_exit, or until socketlab drops it.
#[allow(unsafe_code, reason = "called by the C library")]
extern "C" fn begin(thread: *mut c_void) -> *mut c_void {
    // SAFETY: the pointer is the box that `create` gave away to this thread alone.
    let mut thread = unsafe { Box::from_raw(thread.cast::<Interpreter>()) };
    name_thread(&thread.name);
    thread.ready();
    thread.serve();
    if thread.main {
        // fork in this thread made it the only one of a new process.
        crate::live::interpreter::die();
    }
    let value = thread.over.unwrap_or_default();
    forget_channel(&thread);
    // Nobody hears it where socketlab dropped the channel.
    thread.channel.send(&Notice::ThreadOver, &[]).ok();
    value as *mut c_void
}

fn forget_channel(caller: &Interpreter) {
    let channel = caller.channel.fd();
    caller.state().hidden.retain(|fd| *fd != channel);
}

/// The thread that a `pthread_t` names: glibc trusts it blindly, so only those that exist go through.
fn known(caller: &Interpreter, thread: &Datum, function: Name) -> Result<libc::pthread_t, Refusal> {
    let id = thread.bits.cast_unsigned();
    if caller.state().threads.contains(&id) { Ok(id) } else { Err(bad(function, 0)) }
}

#[allow(unsafe_code, reason = "libc call")]
fn join(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let id = known(caller, &a[0], Name::PthreadJoin)?;
    let place = if a[1].is_null() { 0 } else { caller.own(&a[1], size_of::<usize>())? };
    let mut value = std::ptr::null_mut();
    // SAFETY: the thread exists and was neither joined nor detached; `value` outlives the call.
    let failure = caller.timed(|| unsafe { libc::pthread_join(id, &raw mut value) });
    if failure == 0 {
        caller.state().threads.retain(|thread| *thread != id);
        if place != 0 {
            caller.state().memory.write(place, &value.addr().to_ne_bytes())?;
        }
    }
    Ok(failure.into())
}

#[allow(unsafe_code, reason = "libc call")]
fn detach(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let id = known(caller, &a[0], Name::PthreadDetach)?;
    // SAFETY: the thread exists and was neither joined nor detached.
    let failure = caller.timed(|| unsafe { libc::pthread_detach(id) });
    caller.state().threads.retain(|thread| *thread != id);
    Ok(failure.into())
}

/// The thread ends by returning from `begin`, which is what pthread_exit amounts to.
fn exit(caller: &mut Interpreter, a: &[Datum]) -> Made {
    caller.announce();
    caller.over = Some(a[0].address());
    if caller.main {
        caller.say(&Notice::ThreadOver, &[]);
    }
    Ok(0)
}

/// A mutex as PTHREAD_MUTEX_INITIALIZER makes them. Other kinds hold pointers that glibc would follow.
fn plain_mutex(caller: &Interpreter, pointer: &Datum, function: Name) -> Result<*mut libc::pthread_mutex_t, Refusal> {
    /// Offset of `__kind` in the 64-bit structures of glibc (bits/struct_mutex.h).
    const KIND: usize = 16;
    let place = caller.own(pointer, size_of::<libc::pthread_mutex_t>())?;
    let kind = caller.state().memory.read(place + KIND, 4)?;
    let aligned = place.is_multiple_of(align_of::<libc::pthread_mutex_t>());
    if kind == [0; 4] && aligned { Ok(place as *mut _) } else { Err(bad(function, 0)) }
}

#[allow(unsafe_code, reason = "libc call")]
fn lock(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let mutex = plain_mutex(caller, &a[0], Name::PthreadMutexLock)?;
    // SAFETY: an aligned plain mutex in memory that lives as long as the process.
    Ok(caller.timed(|| unsafe { libc::pthread_mutex_lock(mutex) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn trylock(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let mutex = plain_mutex(caller, &a[0], Name::PthreadMutexTrylock)?;
    // SAFETY: as above.
    Ok(caller.timed(|| unsafe { libc::pthread_mutex_trylock(mutex) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn unlock(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let mutex = plain_mutex(caller, &a[0], Name::PthreadMutexUnlock)?;
    // SAFETY: as above.
    Ok(caller.timed(|| unsafe { libc::pthread_mutex_unlock(mutex) }).into())
}
