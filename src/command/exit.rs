//! Exit codes as a type: what a script reads.

use std::process::ExitCode;

/// How socketlab ended. The numbers are part of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// What was asked was done, and everything went as it should.
    Done,
    /// An outcome was not the expected one, or a program has a defect.
    Surprise,
    /// The command line is wrong, or names what does not exist.
    Usage,
    /// A lesson is badly written.
    Content,
    /// The machine refuses: port, rights, namespaces, ptrace.
    Machine,
    /// Something could not be read or written.
    Io,
    /// A fault of socketlab.
    Bug,
    /// Interrupted by Ctrl-C.
    Interrupted,
    /// As the traced program did: its code, or 128 and the number of the signal that killed it.
    Program(u8),
}

impl Exit {
    /// The number that the shell shows in `$?`.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Surprise => 1,
            Exit::Usage => 2,
            Exit::Content => 3,
            Exit::Machine => 4,
            Exit::Io => 5,
            Exit::Bug => 70,
            Exit::Interrupted => 130,
            Exit::Program(code) => code,
        }
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
            (Exit::Program(77), 77),
        ];
        for (exit, code) in codes {
            assert_eq!(exit.code(), code);
        }
    }
}
