//! From registers and memory to calls as C writes them. Pure but for the memory it is given, which is never trusted.

use crate::observed::{Payload, Traced};
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::errno::Errno;
use crate::trace::raw::{Memory, Raw};

/// What is known of a call when it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub call: Call,
    /// The descriptor that the call is about.
    pub fd: Option<i32>,
    /// The bytes to send; for a receive, its capacity alone.
    pub payload: Option<Payload>,
    /// The value-result length of accept and of its like.
    pub length_in: Option<i64>,
}

/// Decodes a call at its entry: out-parameters are shown as pointers.
#[must_use]
pub fn entry(raw: &Raw, _memory: &dyn Memory) -> Entry {
    let arguments = raw.arguments.iter().map(|argument| Value::Number(argument.cast_signed())).collect();
    let call = Call { name: raw.sys.name().to_owned(), arguments };
    Entry { call, fd: None, payload: None, length_in: None }
}

/// Completes a call that has returned: out-parameters, received bytes. `result` is what the kernel returned, an errno
/// where it lies between -4095 and -1.
#[must_use]
pub fn leave(_raw: &Raw, _traced: &mut Traced, result: i64, _memory: &dyn Memory) -> Outcome {
    match i32::try_from(result) {
        Ok(number @ -4095..=-1) => Outcome::Failed(Errno::from_number(-number).unwrap_or(Errno::EINVAL)),
        _ => Outcome::Returned(Answer::Number(result)),
    }
}
