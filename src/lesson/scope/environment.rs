//! The variables of every actor.

use std::collections::{BTreeMap, BTreeSet};

use crate::syscall::ctype::CType;

#[derive(Clone, Debug, Default)]
struct Environment {
    variables: BTreeMap<String, CType>,
    /// The actor whose variables a thread also sees.
    shares: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Environments {
    actors: BTreeMap<String, Environment>,
    born: BTreeSet<String>,
}

/// Threads of threads of threads: no lesson goes further, and a circle ends.
const MOST_PARENTS: usize = 16;

impl Environments {
    pub fn is_born(&self, actor: &str) -> bool {
        self.born.contains(actor)
    }

    /// Whether the name was free.
    pub fn declare(&mut self, actor: &str, name: &str, ctype: &CType) -> bool {
        let environment = self.actors.entry(actor.to_owned()).or_default();
        environment.variables.insert(name.to_owned(), ctype.clone()).is_none()
    }

    /// Its own variables first, then those that it shares.
    fn chain<'a>(&'a self, actor: &str) -> impl Iterator<Item = &'a Environment> {
        let first = self.actors.get(actor);
        let next = |one: &&'a Environment| one.shares.as_deref().and_then(|parent| self.actors.get(parent));
        std::iter::successors(first, next).take(MOST_PARENTS)
    }

    pub fn lookup(&self, actor: &str, name: &str) -> Option<CType> {
        self.chain(actor).find_map(|environment| environment.variables.get(name)).cloned()
    }

    pub fn names<'a>(&'a self, actor: &str) -> impl Iterator<Item = &'a str> {
        self.chain(actor).flat_map(|environment| environment.variables.keys()).map(String::as_str)
    }

    /// A child begins with a copy of what its parent sees. Whether it was not born before.
    pub fn fork(&mut self, parent: &str, child: &str) -> bool {
        let mut variables = BTreeMap::new();
        for environment in self.chain(parent) {
            for (name, ctype) in &environment.variables {
                variables.entry(name.clone()).or_insert_with(|| ctype.clone());
            }
        }
        self.actors.insert(child.to_owned(), Environment { variables, shares: None });
        self.born.insert(child.to_owned())
    }

    /// A thread sees its parent's variables, and has its own. Whether it was not born before.
    pub fn thread(&mut self, parent: &str, child: &str) -> bool {
        let shares = Some(parent.to_owned()).filter(|parent| parent != child);
        self.actors.insert(child.to_owned(), Environment { variables: BTreeMap::new(), shares });
        self.born.insert(child.to_owned())
    }
}
