//! Sends a text first, then only reads.

use super::{Reply, Service};

#[derive(Clone, Debug, Default)]
pub struct Greet {
    pub text: Vec<u8>,
}

impl Service for Greet {
    fn opened(&mut self) -> Reply {
        Reply::bytes(&self.text)
    }

    fn received(&mut self, _: &[u8]) -> Reply {
        Reply::default()
    }
}
