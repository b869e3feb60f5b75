//! The misbehaviours asked for on the command line, freely combined.

use std::time::Duration;

use crate::event::peer::Misbehaviour;

/// Everything that a server does wrong on purpose; the default does nothing wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "options that combine freely")]
pub struct Misbehaviours {
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
    pub http: HttpMisbehaviours,
    /// Waits so long before each accept.
    pub delay_accept: Option<Duration>,
}

/// Those of an HTTP server alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HttpMisbehaviours {
    pub bare_lf: bool,
    pub no_length: bool,
}

impl Misbehaviours {
    /// As they are announced, in the order of the command's help.
    #[must_use]
    pub fn list(&self) -> Vec<Misbehaviour> {
        let milliseconds = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let flag = |set: bool, misbehaviour: Misbehaviour| set.then_some(misbehaviour);
        [
            self.slow.map(|pause| Misbehaviour::Slow { milliseconds: milliseconds(pause) }),
            self.fragment.map(|bytes| Misbehaviour::Fragment { bytes: bytes as u64 }),
            self.close_after.map(|bytes| Misbehaviour::CloseAfter { bytes }),
            self.reset_after.map(|bytes| Misbehaviour::ResetAfter { bytes }),
            flag(self.never_read, Misbehaviour::NeverRead),
            flag(self.never_accept, Misbehaviour::NeverAccept),
            self.drop_client.map(|number| Misbehaviour::DropClient { number }),
            flag(self.http.bare_lf, Misbehaviour::BareLf),
            flag(self.http.no_length, Misbehaviour::NoLength),
            self.delay_accept.map(|pause| Misbehaviour::DelayAccept { milliseconds: milliseconds(pause) }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{HttpMisbehaviours, Misbehaviours};
    use crate::event::peer::Misbehaviour;

    type Ask = fn(&mut Misbehaviours);

    #[test]
    fn each_is_announced_where_it_was_asked_for() {
        assert_eq!(Misbehaviours::default().list(), []);
        let asks: [(Ask, Misbehaviour); 10] = [
            (|asked| asked.slow = Some(Duration::from_secs(2)), Misbehaviour::Slow { milliseconds: 2000 }),
            (|asked| asked.fragment = Some(3), Misbehaviour::Fragment { bytes: 3 }),
            (|asked| asked.close_after = Some(4), Misbehaviour::CloseAfter { bytes: 4 }),
            (|asked| asked.reset_after = Some(5), Misbehaviour::ResetAfter { bytes: 5 }),
            (|asked| asked.never_read = true, Misbehaviour::NeverRead),
            (|asked| asked.never_accept = true, Misbehaviour::NeverAccept),
            (|asked| asked.drop_client = Some(6), Misbehaviour::DropClient { number: 6 }),
            (|asked| asked.http.bare_lf = true, Misbehaviour::BareLf),
            (|asked| asked.http.no_length = true, Misbehaviour::NoLength),
            (
                |asked| asked.delay_accept = Some(Duration::from_millis(7)),
                Misbehaviour::DelayAccept { milliseconds: 7 },
            ),
        ];
        let mut all = Misbehaviours { http: HttpMisbehaviours::default(), ..Misbehaviours::default() };
        for (ask, misbehaviour) in asks {
            let mut one = Misbehaviours::default();
            ask(&mut one);
            assert_eq!(one.list(), [misbehaviour]);
            ask(&mut all);
        }
        assert_eq!(all.list(), asks.map(|(_, misbehaviour)| misbehaviour));
    }
}
