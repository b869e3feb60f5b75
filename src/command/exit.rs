//! Exit codes as a type: what a script reads.

use std::process::ExitCode;

/// How socketlab ended. The numbers are part of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// What was asked was done, and everything went as it should.
    Done = 0,
    /// An outcome was not the expected one.
    Surprise = 1,
    /// The command line is wrong, or names what does not exist.
    Usage = 2,
    /// A lesson is badly written.
    Content = 3,
    /// The machine refuses: port, rights, namespaces.
    Machine = 4,
    /// Something could not be read or written.
    Io = 5,
    /// A fault of socketlab.
    Bug = 70,
    /// Interrupted by Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// The number that the shell shows in `$?`.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn the_codes_are_those_of_the_contract() {
        let codes = [
            (Exit::Done, 0),
            (Exit::Surprise, 1),
            (Exit::Usage, 2),
            (Exit::Content, 3),
            (Exit::Machine, 4),
            (Exit::Io, 5),
            (Exit::Bug, 70),
            (Exit::Interrupted, 130),
        ];
        for (exit, code) in codes {
            assert_eq!(exit.code(), code);
        }
    }
}
