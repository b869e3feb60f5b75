//! Any text is statements of the C subset, or errors whose places are in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use socketlab::syscall::parse::block;

fuzz_target!(|text: &str| {
    let block = block(text, 0);
    for error in block.errors {
        assert!(error.span.start <= error.span.end && error.span.end <= text.len());
        assert!(text.is_char_boundary(error.span.start) && text.is_char_boundary(error.span.end));
    }
});
