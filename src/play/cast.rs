//! The cast of a lesson: which actors were born, which are over, which sleep in a call, which a stranger plays.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use crate::event::Blocked;
use crate::lesson::model::Expected;
use crate::live::kernel::Identity;

/// An actor asleep in a call.
#[derive(Clone, Debug)]
pub(super) struct Sleeper {
    pub blocked: Blocked,
    /// What the lesson says of the call, on this machine.
    pub expected: Expected,
    pub since: Instant,
}

/// One actor that has been born.
#[derive(Debug)]
struct Actor {
    identity: Identity,
    over: bool,
}

/// Every actor born so far.
#[derive(Debug, Default)]
pub(super) struct Cast {
    born: BTreeMap<String, Actor>,
    asleep: BTreeMap<String, Sleeper>,
    strangers: BTreeSet<String>,
}

impl Cast {
    /// An actor was born, once more perhaps.
    pub(super) fn welcome(&mut self, actor: &str, identity: Identity) {
        self.born.insert(actor.to_owned(), Actor { identity, over: false });
    }

    /// An actor is over: who it was, if it had been born.
    pub(super) fn end(&mut self, actor: &str) -> Option<Identity> {
        self.asleep.remove(actor);
        let known = self.born.get_mut(actor)?;
        known.over = true;
        Some(known.identity)
    }

    pub(super) fn was_born(&self, actor: &str) -> bool {
        self.born.contains_key(actor)
    }

    /// Whether it can run a statement now.
    pub(super) fn is_idle(&self, actor: &str) -> bool {
        self.born.get(actor).is_some_and(|known| !known.over) && !self.sleeps(actor)
    }

    /// The process and thread of an actor, alive or not.
    pub(super) fn identity(&self, actor: &str) -> Option<Identity> {
        self.born.get(actor).map(|actor| actor.identity)
    }

    /// The process of an actor, alive or not.
    pub(super) fn pid_of(&self, actor: &str) -> Option<i32> {
        self.identity(actor).map(|identity| identity.pid)
    }

    pub(super) fn fall_asleep(&mut self, sleeper: Sleeper) {
        self.asleep.insert(sleeper.blocked.actor.clone(), sleeper);
    }

    /// Its call is over.
    pub(super) fn wake(&mut self, actor: &str) -> Option<Sleeper> {
        self.asleep.remove(actor)
    }

    pub(super) fn sleeps(&self, actor: &str) -> bool {
        self.asleep.contains_key(actor)
    }

    pub(super) fn sleeper(&self, actor: &str) -> Option<&Sleeper> {
        self.asleep.get(actor)
    }

    pub(super) fn sleepers(&self) -> impl Iterator<Item = (&str, &Sleeper)> {
        self.asleep.iter().map(|(actor, sleeper)| (actor.as_str(), sleeper))
    }

    /// A stranger plays this actor from now on; whether it is the first.
    pub(super) fn give_to_stranger(&mut self, actor: &str) -> bool {
        self.strangers.insert(actor.to_owned())
    }

    pub(super) fn is_strangers(&self, actor: &str) -> bool {
        self.strangers.contains(actor)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{Cast, Sleeper};
    use crate::event::Blocked;
    use crate::lesson::model::Expected;
    use crate::live::kernel::Identity;
    use crate::syscall::call::Call;

    const WHO: Identity = Identity { pid: 7, tid: 8 };

    fn sleeper(actor: &str) -> Sleeper {
        let call = Call { name: "accept".into(), arguments: Vec::new() };
        let blocked = Blocked { actor: actor.to_owned(), pid: 7, call, state: 'S', wchan: None, expected: true };
        Sleeper { blocked, expected: Expected::Blocks, since: Instant::now() }
    }

    #[test]
    fn who_is_idle() {
        let mut cast = Cast::default();
        assert!(!cast.was_born("client") && !cast.is_idle("client") && cast.pid_of("client").is_none());
        cast.welcome("client", WHO);
        assert!(cast.was_born("client") && cast.is_idle("client"));
        cast.fall_asleep(sleeper("client"));
        assert!(!cast.is_idle("client"));
        assert!(cast.wake("client").is_some() && cast.is_idle("client"));
        assert_eq!(cast.end("client"), Some(WHO));
        assert!(cast.was_born("client") && !cast.is_idle("client"));
        assert_eq!((cast.identity("client"), cast.pid_of("client")), (Some(WHO), Some(7)), "alive or not");
        cast.welcome("client", WHO);
        assert!(cast.is_idle("client"), "born once more");
        assert_eq!(cast.end("serveur"), None);
    }

    #[test]
    fn who_sleeps() {
        let mut cast = Cast::default();
        cast.fall_asleep(sleeper("serveur"));
        cast.fall_asleep(sleeper("client"));
        assert!(cast.sleeps("client") && !cast.sleeps("enfant"));
        assert_eq!(cast.sleepers().map(|(actor, _)| actor).collect::<Vec<_>>(), ["client", "serveur"]);
        cast.end("client");
        assert!(!cast.sleeps("client") && cast.sleeper("client").is_none(), "who is over does not sleep");
        assert_eq!(cast.sleeper("serveur").map(|sleeper| sleeper.blocked.call.name.as_str()), Some("accept"));
    }

    #[test]
    fn a_role_is_given_once() {
        let mut cast = Cast::default();
        assert!(!cast.is_strangers("client"));
        assert!(cast.give_to_stranger("client") && !cast.give_to_stranger("client"));
        assert!(cast.is_strangers("client") && !cast.is_strangers("serveur"));
    }
}
