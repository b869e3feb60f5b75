//! The one vocabulary of calls and outcomes: lessons ask in it, the kernel
//! answers in it, renderers show it. Pure: nothing here makes a system call.

pub mod address;
pub mod ast;
pub mod call;
pub mod constant;
pub mod ctype;
pub mod errno;
pub mod fault;
pub mod gai;
pub mod name;
pub mod near;
pub mod notation;
pub mod parse;
pub mod record;
pub mod signal;
pub mod sys;
pub mod token;
pub mod vocabulary;
