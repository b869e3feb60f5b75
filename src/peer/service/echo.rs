//! Sends back what it receives (RFC 862).

use super::{Reply, Service};

#[derive(Clone, Copy, Debug, Default)]
pub struct Echo;

impl Service for Echo {
    fn received(&mut self, bytes: &[u8]) -> Reply {
        Reply::bytes(bytes)
    }
}
