//! Reads, and says nothing.

use super::{Reply, Service};

#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Service for Silent {
    fn received(&mut self, _: &[u8]) -> Reply {
        Reply::default()
    }
}
