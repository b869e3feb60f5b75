//! Bytes looked for in a stream that comes in pieces.

/// Remembers no byte of the stream, only how much of what is looked for has just been seen (Knuth, Morris and Pratt).
#[derive(Debug)]
pub struct Search {
    wanted: Vec<u8>,
    /// For each prefix of `wanted`, how long the longest end of it that is also a beginning is.
    borders: Vec<usize>,
    matched: usize,
    passed: u64,
    found: Option<u64>,
}

impl Search {
    #[must_use]
    pub fn new(wanted: Vec<u8>) -> Search {
        let mut borders = vec![0; wanted.len()];
        let mut length = 0;
        for index in 1..wanted.len() {
            length = advance(&wanted, &borders, (length, wanted[index]));
            borders[index] = length;
        }
        let found = wanted.is_empty().then_some(0);
        Search { wanted, borders, matched: 0, passed: 0, found }
    }

    /// Where the bytes were first seen: the place of the first, from 0.
    #[must_use]
    pub fn found(&self) -> Option<u64> {
        self.found
    }

    /// Looks at the next bytes; true when they complete what is looked for, the first time.
    pub fn see(&mut self, bytes: &[u8]) -> bool {
        if self.found.is_some() {
            return false;
        }
        for byte in bytes {
            self.matched = advance(&self.wanted, &self.borders, (self.matched, *byte));
            self.passed += 1;
            if self.matched == self.wanted.len() {
                self.found = Some(self.passed - self.wanted.len() as u64);
                return true;
            }
        }
        false
    }

    /// What comes next is a new datagram.
    pub fn start_again(&mut self) {
        (self.matched, self.passed) = (0, 0);
    }
}

/// How much of `wanted` is seen once this byte follows.
fn advance(wanted: &[u8], borders: &[usize], (mut matched, byte): (usize, u8)) -> usize {
    while matched > 0 && wanted.get(matched) != Some(&byte) {
        matched = borders[matched - 1];
    }
    matched + usize::from(wanted.get(matched) == Some(&byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Search;

    #[test]
    fn pieces_do_not_matter() {
        let mut search = Search::new(b"aab".to_vec());
        assert!(!search.see(b"xa"));
        assert!(!search.see(b"aa"));
        assert!(search.see(b"b..."));
        assert_eq!(search.found(), Some(2));
        assert!(!search.see(b"aab"));
    }

    #[test]
    fn datagrams_are_apart() {
        let mut search = Search::new(b"ok".to_vec());
        assert!(!search.see(b"o"));
        search.start_again();
        assert!(!search.see(b"k"));
        search.start_again();
        assert!(search.see(b"ok"));
        assert_eq!(search.found(), Some(0));
    }

    proptest! {
        #[test]
        fn the_first_place_is_found(wanted in "[ab]{0,5}", stream in "[ab]{0,40}", cut in 1_usize..9) {
            let mut search = Search::new(wanted.clone().into_bytes());
            for piece in stream.as_bytes().chunks(cut) {
                search.see(piece);
            }
            prop_assert_eq!(search.found(), stream.find(&wanted).map(|place| place as u64));
        }
    }
}
