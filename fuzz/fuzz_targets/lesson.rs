//! Any bytes are a lesson, or a list of problems that can be shown: never a panic, never a stack that overflows.
#![no_main]

use libfuzzer_sys::fuzz_target;
use socketlab::lesson::parse::parse_bytes;
use socketlab::lesson::substitute::{self, Ports};
use socketlab::text::problem::report;

fuzz_target!(|bytes: &[u8]| {
    match parse_bytes(bytes) {
        Ok(lesson) => {
            let ports = Ports::new(&lesson, 45_123, &[45_124]);
            let _ = substitute::lesson(lesson, &ports);
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            let _ = report("a.md", &String::from_utf8_lossy(bytes), &problems);
        }
    }
});
