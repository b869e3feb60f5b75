//! The misbehaviours asked for on the command line, freely combined.

use std::time::Duration;

use crate::event::peer::Manner;

/// Everything that a server does wrong on purpose; the default does nothing wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "options that combine freely")]
pub struct Manners {
    /// Waits so long before each piece that it sends.
    pub slow: Option<Duration>,
    /// The largest piece, in bytes, from 1.
    pub fragment: Option<usize>,
    /// Closes once it has sent so many bytes to a client.
    pub close_after: Option<u64>,
    /// Resets once it has sent so many bytes to a client.
    pub reset_after: Option<u64>,
    pub never_read: bool,
    pub never_accept: bool,
    /// The client, from 1, whose connection is closed at once.
    pub drop_client: Option<u64>,
    pub http: HttpManners,
    /// Waits so long before each accept.
    pub delay_accept: Option<Duration>,
}

/// Those of an HTTP server alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HttpManners {
    pub bare_lf: bool,
    pub no_length: bool,
}

impl Manners {
    /// As they are announced, in the order of the command's help.
    #[must_use]
    pub fn list(&self) -> Vec<Manner> {
        let milliseconds = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let flag = |set: bool, manner: Manner| set.then_some(manner);
        [
            self.slow.map(|pause| Manner::Slow { milliseconds: milliseconds(pause) }),
            self.fragment.map(|bytes| Manner::Fragment { bytes: bytes as u64 }),
            self.close_after.map(|bytes| Manner::CloseAfter { bytes }),
            self.reset_after.map(|bytes| Manner::ResetAfter { bytes }),
            flag(self.never_read, Manner::NeverRead),
            flag(self.never_accept, Manner::NeverAccept),
            self.drop_client.map(|number| Manner::DropClient { number }),
            flag(self.http.bare_lf, Manner::BareLf),
            flag(self.http.no_length, Manner::NoLength),
            self.delay_accept.map(|pause| Manner::DelayAccept { milliseconds: milliseconds(pause) }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{HttpManners, Manners};
    use crate::event::peer::Manner;

    type Ask = fn(&mut Manners);

    #[test]
    fn each_is_announced_where_it_was_asked_for() {
        assert_eq!(Manners::default().list(), []);
        let asks: [(Ask, Manner); 10] = [
            (|asked| asked.slow = Some(Duration::from_secs(2)), Manner::Slow { milliseconds: 2000 }),
            (|asked| asked.fragment = Some(3), Manner::Fragment { bytes: 3 }),
            (|asked| asked.close_after = Some(4), Manner::CloseAfter { bytes: 4 }),
            (|asked| asked.reset_after = Some(5), Manner::ResetAfter { bytes: 5 }),
            (|asked| asked.never_read = true, Manner::NeverRead),
            (|asked| asked.never_accept = true, Manner::NeverAccept),
            (|asked| asked.drop_client = Some(6), Manner::DropClient { number: 6 }),
            (|asked| asked.http.bare_lf = true, Manner::BareLf),
            (|asked| asked.http.no_length = true, Manner::NoLength),
            (|asked| asked.delay_accept = Some(Duration::from_millis(7)), Manner::DelayAccept { milliseconds: 7 }),
        ];
        let mut all = Manners { http: HttpManners::default(), ..Manners::default() };
        for (ask, manner) in asks {
            let mut one = Manners::default();
            ask(&mut one);
            assert_eq!(one.list(), [manner]);
            ask(&mut all);
        }
        assert_eq!(all.list(), asks.map(|(_, manner)| manner));
    }
}
