//! The table of actors: each a thread under the name that the lesson gives it, and the control channel that leads to it.

use std::io;
use std::os::fd::BorrowedFd;

use crate::live::control_channel::{Arrival, Channel, Notice, Order, Received};
use crate::live::kernel::{Identity, KernelError};

/// One thread of a process, under the name that the lesson gives it.
#[derive(Debug)]
pub(super) struct Actor {
    pub name: String,
    pub identity: Identity,
    /// `None` once it has no more to say.
    pub channel: Option<Channel>,
    /// Its end was reported.
    over: bool,
}

/// Every actor that was born and not forgotten, in the order of their births.
#[derive(Debug, Default)]
pub(super) struct ActorTable {
    actors: Vec<Actor>,
}

impl ActorTable {
    pub(super) fn add(&mut self, name: &str, identity: Identity, channel: Channel) {
        self.actors.push(Actor { name: name.to_owned(), identity, channel: Some(channel), over: false });
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Actor> {
        self.actors.iter()
    }

    /// The last actor of this name.
    pub(super) fn last(&self, name: &str) -> Option<Identity> {
        self.actors.iter().rev().find(|actor| actor.name == name).map(|actor| actor.identity)
    }

    fn open(&self, name: &str) -> Result<(&Actor, &Channel), KernelError> {
        let open = self.iter().filter(|actor| actor.name == name).find_map(|one| Some((one, one.channel.as_ref()?)));
        open.ok_or_else(|| KernelError::NoSuchActor(name.to_owned()))
    }

    /// Who can be asked something.
    ///
    /// # Errors
    /// When no actor of this name has a channel.
    pub(super) fn identity(&self, name: &str) -> Result<Identity, KernelError> {
        self.open(name).map(|(actor, _)| actor.identity)
    }

    /// Asks an actor for something.
    ///
    /// # Errors
    /// When it is gone, or does not read.
    pub(super) fn order(&self, name: &str, order: &Order) -> Result<(), KernelError> {
        let (_, channel) = self.open(name)?;
        channel.send(order, &[]).map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => KernelError::NoSuchActor(name.to_owned()),
            _ => KernelError::Process(error),
        })
    }

    pub(super) fn descriptors(&self) -> impl Iterator<Item = (&str, BorrowedFd<'_>)> {
        self.iter().filter_map(|actor| Some((actor.name.as_str(), actor.channel.as_ref()?.as_fd())))
    }

    /// The threads of a process that may have more to say.
    pub(super) fn speakers(&self, pid: i32) -> Vec<String> {
        let open = self.iter().filter(|actor| actor.identity.pid == pid && actor.channel.is_some());
        open.map(|actor| actor.name.clone()).collect()
    }

    /// The next message of an actor, with its process; `None` where nothing is there. At the end of its channel it is
    /// hung up: the end of its process follows, by its pidfd.
    ///
    /// # Errors
    /// Those of the channel.
    pub(super) fn receive(&mut self, name: &str) -> io::Result<Option<(i32, Received<Notice>)>> {
        let open = self.actors.iter_mut().find(|actor| actor.name == name && actor.channel.is_some());
        let Some(actor) = open else { return Ok(None) };
        match actor.channel.as_mut().map(Channel::try_receive::<Notice>).transpose()? {
            Some(Arrival::Message(notice, side)) => return Ok(Some((actor.identity.pid, (notice, side)))),
            Some(Arrival::End) => actor.channel = None,
            Some(Arrival::Nothing) | None => {}
        }
        Ok(None)
    }

    /// One thread is over; false where that was known.
    pub(super) fn end_thread(&mut self, name: &str, pid: i32) -> bool {
        let ours = |actor: &&mut Actor| actor.name == name && actor.identity.pid == pid && !actor.over;
        let Some(actor) = self.actors.iter_mut().rev().find(ours) else { return false };
        actor.channel = None;
        actor.over = true;
        true
    }

    /// Every thread of a process is over: the names of those of which that was not known.
    pub(super) fn end_process(&mut self, pid: i32) -> Vec<String> {
        let mut ended = Vec::new();
        for actor in self.actors.iter_mut().filter(|actor| actor.identity.pid == pid) {
            actor.channel = None;
            if !std::mem::replace(&mut actor.over, true) {
                ended.push(actor.name.clone());
            }
        }
        ended
    }

    /// The names of the threads of these processes.
    pub(super) fn names_in(&self, pids: &[i32]) -> Vec<String> {
        self.iter().filter(|actor| pids.contains(&actor.identity.pid)).map(|actor| actor.name.clone()).collect()
    }

    pub(super) fn forget(&mut self, names: &[String]) {
        self.actors.retain(|actor| !names.contains(&actor.name));
    }

    pub(super) fn forget_all(&mut self) {
        self.actors.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::ActorTable;
    use crate::live::control_channel::{Channel, Notice, Order, pair};
    use crate::live::kernel::{Identity, KernelError};

    const FIRST: Identity = Identity { pid: 7, tid: 7 };
    const SECOND: Identity = Identity { pid: 7, tid: 8 };
    const OTHER: Identity = Identity { pid: 9, tid: 9 };

    /// `serveur` and `ouvrier`, two threads of a process, and `client`; and their own ends of the channels.
    fn table() -> (ActorTable, Vec<Channel>) {
        let mut table = ActorTable::default();
        let theirs = [("serveur", FIRST), ("ouvrier", SECOND), ("client", OTHER)].map(|(name, identity)| {
            let (ours, theirs) = pair().unwrap();
            table.add(name, identity, Channel::new(ours));
            Channel::new(theirs)
        });
        (table, theirs.into())
    }

    #[test]
    fn an_order_goes_to_whom_it_is_for() {
        let (table, mut theirs) = table();
        table.order("client", &Order::Leave).unwrap();
        assert!(matches!(theirs[2].receive::<Order>().unwrap(), Some((Order::Leave, _))));
        let gone = theirs.remove(0);
        drop(gone);
        assert!(matches!(table.order("serveur", &Order::Leave), Err(KernelError::NoSuchActor(_))), "it hung up");
        assert!(matches!(table.order("parti", &Order::Leave), Err(KernelError::NoSuchActor(_))));
    }

    #[test]
    fn what_is_told_then_the_end() {
        let (mut table, mut theirs) = table();
        assert!(table.receive("client").unwrap().is_none());
        theirs[2].send(&Notice::Exiting { code: 3 }, &[]).unwrap();
        let (pid, (notice, _)) = table.receive("client").unwrap().unwrap();
        assert!(matches!((pid, notice), (9, Notice::Exiting { code: 3 })));
        theirs.pop();
        assert!(table.identity("client").is_ok());
        assert!(table.receive("client").unwrap().is_none() && table.identity("client").is_err());
        assert_eq!(table.last("client"), Some(OTHER), "known still");
        assert_eq!(table.descriptors().map(|(name, _)| name).collect::<Vec<_>>(), ["serveur", "ouvrier"]);
    }

    #[test]
    fn an_end_is_told_once() {
        let (mut table, _theirs) = table();
        assert_eq!(table.speakers(7), ["serveur", "ouvrier"]);
        assert!(table.end_thread("ouvrier", 7) && !table.end_thread("ouvrier", 7) && !table.end_thread("client", 7));
        assert_eq!(table.speakers(7), ["serveur"]);
        assert_eq!(table.end_process(7), ["serveur"]);
        assert!(table.end_process(7).is_empty() && table.speakers(7).is_empty());
        assert_eq!(table.names_in(&[7]), ["serveur", "ouvrier"]);
        table.forget(&["serveur".to_owned()]);
        assert_eq!((table.last("serveur"), table.last("ouvrier")), (None, Some(SECOND)));
    }

    #[test]
    fn the_last_of_a_name_is_meant() {
        let (mut table, _theirs) = table();
        table.end_process(7);
        let (ours, _their) = pair().unwrap();
        table.add("serveur", OTHER, Channel::new(ours));
        assert_eq!((table.last("serveur"), table.identity("serveur").unwrap()), (Some(OTHER), OTHER));
    }
}
