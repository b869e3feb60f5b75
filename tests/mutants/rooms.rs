//! The rooms that make no system call, in a small crate, so that a mutant of them costs seconds.

#![allow(dead_code, unused_imports, reason = "only a part of the house is here")]

#[path = "../../src"]
mod house {
    pub mod diagnose;
    pub mod event;
    pub mod finding;
    pub mod lesson;
    pub mod observed;
    pub mod state;
    pub mod syscall;

    pub mod author {
        mod discouraged;
        pub mod locate;
        pub mod remark;
        pub mod rules;
        pub mod typography;
    }

    pub mod observe {
        pub mod own;
        pub mod process;
    }

    pub mod peer {
        pub mod conversation;
        pub mod field;
        pub mod mailbox;
        pub mod nul;
        pub mod outgoing;
        pub mod service;
        pub mod taking;
    }

    pub mod play {
        pub mod judge;
        pub mod state_check;
        pub mod visitors;
    }
}

pub use house::{author, diagnose, event, finding, lesson, observe, observed, peer, play, state, syscall};
