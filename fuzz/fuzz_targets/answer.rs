//! Any bytes are an answer to an HTTP request, or have one fault; where the stream is cut does not matter.
#![no_main]

use libfuzzer_sys::fuzz_target;
use socketlab::peer::client::answer::{Close, Reader};

fuzz_target!(|input: (bool, bool, u8, &[u8])| {
    let (head, abrupt, piece, bytes) = input;
    let method = if head { "HEAD" } else { "GET" };
    let close = if abrupt { Close::Abrupt } else { Close::Ordinary };
    let (mut whole, mut cut) = (Reader::to(method), Reader::to(method));
    let mut facts = whole.read(bytes);
    let mut others: Vec<_> = bytes.chunks(usize::from(piece).max(1)).flat_map(|piece| cut.read(piece)).collect();
    facts.extend(whole.close(close));
    others.extend(cut.close(close));
    assert_eq!(facts, others);
    assert_eq!(whole.answer(), cut.answer());
    assert!(whole.answer().body + whole.answer().excess <= bytes.len() as u64);
});
