//! The one table of calls: each function of the vocabulary, and what makes it.
//!
//! Actors call libc itself, with wrong values as the lesson gives them: nix and socket2 would refuse or alter them.
//! What is checked is memory alone (a buffer must be the actor's own), and what reaches beyond sockets: signals to
//! other groups, files that are no sockets.

#![allow(clippy::unnecessary_wraps, reason = "one signature for the whole table")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "arguments are cut and extended as C does when it passes them"
)]

mod bounds;
mod name;
mod process;
mod ready;
mod socket;
mod text;
mod thread;

use crate::live::arithmetic::Datum;
use crate::live::interpreter::Interpreter;
use crate::live::kernel::Refusal;
use crate::live::show;
use crate::syscall::ast::Expr;
use crate::syscall::call::{Answer, Call, Outcome};
use crate::syscall::ctype::{CType, Integer};
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::name::Name;
use crate::syscall::vocabulary::{Function, Returns};

/// Makes one call; its value is what C returns, an address for a pointer.
type Implementation = fn(&mut Interpreter, &[Datum]) -> Result<i64, Refusal>;

const TABLES: [&[(Name, Implementation)]; 6] =
    [socket::TABLE, process::TABLE, thread::TABLE, ready::TABLE, name::TABLE, text::TABLE];

fn implementation(name: Name) -> Option<Implementation> {
    TABLES.iter().copied().flatten().find(|row| row.0 == name).map(|row| row.1)
}

/// The C type of what a function of the vocabulary returns.
pub(super) fn return_type(name: Name) -> Result<CType, Refusal> {
    let function = name.function().ok_or_else(|| Refusal::NotSupported(name.to_string()))?;
    Ok(match function.returns {
        Returns::Descriptor | Returns::Zero | Returns::ErrorNumber | Returns::Truth | Returns::Gai => CType::int(),
        Returns::Count => CType::Integer(Integer::Ssize),
        Returns::Process => CType::Integer(Integer::Pid),
        Returns::Number | Returns::Value => CType::Integer(value_type(name)),
        Returns::Text => CType::pointer_to(CType::Integer(Integer::Char)),
        // Its pointer is walked on from, which a `void *` does not allow.
        Returns::Pointer if name == Name::Strstr => CType::pointer_to(CType::Integer(Integer::Char)),
        Returns::Pointer => CType::pointer_to(CType::Void),
        Returns::Nothing | Returns::Never => CType::Void,
    })
}

fn value_type(name: Name) -> Integer {
    match name {
        Name::Htons | Name::Ntohs => Integer::Uint16,
        Name::Htonl | Name::Ntohl => Integer::Uint32,
        Name::InetAddr => Integer::InAddr,
        Name::Strlen => Integer::Size,
        Name::Getpid | Name::Getppid => Integer::Pid,
        Name::Alarm | Name::Sleep => Integer::Unsigned,
        Name::Lseek | Name::Atol => Integer::Long,
        _ => Integer::Int,
    }
}

impl Interpreter {
    /// Evaluates the arguments and makes the call; `outer`: it is the one that the statement reports.
    pub(super) fn call(&mut self, name: Name, arguments: &[Expr], outer: bool) -> Result<Datum, Refusal> {
        let unknown = || Refusal::NotSupported(name.to_string());
        let function = name.function().ok_or_else(unknown)?;
        let make = implementation(name).ok_or_else(unknown)?;
        check_arity(function, arguments.len())?;
        let values = arguments.iter().map(|argument| self.evaluate(argument)).collect::<Result<Vec<_>, _>>()?;
        let value = if outer { self.make_outer((function, make), arguments, &values)? } else { make(self, &values)? };
        let ctype = return_type(name)?;
        let bits = if let CType::Integer(integer) = ctype { integer.wrap(value) } else { value };
        Ok(Datum { ctype, bits })
    }

    fn make_outer(
        &mut self,
        (function, make): (&'static Function, Implementation),
        sources: &[Expr],
        values: &[Datum],
    ) -> Result<i64, Refusal> {
        let shown = show::Shown::new(function, sources, values);
        let before = shown.before(self);
        let capacities = shown.capacities(self);
        self.pending = Some(Call { name: function.name, arguments: before.clone() });
        let value = make(self, values)?;
        self.announce();
        if self.over.is_some() || self.silent {
            return Ok(value);
        }
        let outcome = self.outcome(function, value);
        let arguments = shown.after(self, before, (&outcome, &capacities));
        self.completed = Some((Call { name: function.name, arguments }, outcome));
        Ok(value)
    }

    /// What the value of a call means.
    fn outcome(&self, function: &Function, value: i64) -> Outcome {
        let failed = || Outcome::Failed(Errno::new(self.errno));
        match function.returns {
            Returns::Descriptor
            | Returns::Count
            | Returns::Zero
            | Returns::Number
            | Returns::Process
            | Returns::Truth
                if value == -1 =>
            {
                failed()
            }
            Returns::ErrorNumber if value != 0 => Outcome::Failed(Errno::new(i32::try_from(value).unwrap_or(-1))),
            Returns::Gai if value != 0 => Outcome::Unresolved(GaiError::new(i32::try_from(value).unwrap_or(-1))),
            Returns::Text if value == 0 => failed(),
            Returns::Text => Outcome::Returned(self.text_at(value)),
            Returns::Pointer if value == -1 => failed(),
            Returns::Pointer => Outcome::Returned(Answer::Pointer { null: value == 0 }),
            Returns::Nothing | Returns::Never => Outcome::Returned(Answer::Nothing),
            _ => Outcome::Returned(Answer::Number(value)),
        }
    }

    fn text_at(&self, address: i64) -> Answer {
        let address = usize::try_from(address).unwrap_or_default();
        self.state().memory.string(address).map_or(Answer::Pointer { null: false }, Answer::Text)
    }
}

fn check_arity(function: &Function, given: usize) -> Result<(), Refusal> {
    let (least, most) = function.arity();
    if given < least || most.is_some_and(|most| given > most) {
        return Err(Refusal::BadArgument { function: function.name, index: given.min(least) });
    }
    Ok(())
}

/// A value that this function does not take here, by position from 0.
fn bad(function: Name, index: usize) -> Refusal {
    Refusal::BadArgument { function, index }
}

#[cfg(test)]
mod tests {
    use super::{implementation, return_type};
    use crate::syscall::vocabulary::FUNCTIONS;

    #[test]
    fn the_whole_vocabulary_can_be_called() {
        for function in FUNCTIONS {
            assert!(implementation(function.name).is_some(), "{}", function.name);
            assert!(return_type(function.name).is_ok(), "{}", function.name);
        }
    }
}
