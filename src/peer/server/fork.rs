//! A child process for each client, by fork(2). The child closes the listening socket, serves, and ends; the parent
//! closes its copy of the connection, for otherwise the client would never see its end, and reaps the child.
//!
//! One thread of the parent hears the children and reaps them: a child says that it is about to end, and those that
//! were killed before they could are looked for once a second. No SIGCHLD handler is needed, and none is the parent's
//! to install.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::{Pid, getpid};
use socket2::Socket;

use super::child_channel::{Account, ChildChannel, ChildSender, Counts, Message};
use super::{Accepted, Care, Server, blocking, threads};
use crate::event::peer::{ClientGone, End, PeerNote};
use crate::event::{ActorEvent, Event, PeerEvent, ProcessChange};
use crate::peer::caller::Caller;
use crate::peer::event_channel::EventSender;
use crate::peer::server::client_table::ClientTable;
use crate::peer::stop::{GRACE, Stop};
use crate::peer::tally::Tally;

/// How often children that were killed are looked for.
const LOOK: Duration = Duration::from_secs(1);

/// How long no child at all may end, once the wish is there; then those that are left are killed.
const PATIENCE: Duration = GRACE.saturating_mul(4);

/// The name of the thread that reaps.
const REAPER: &str = "veilleur";

#[derive(Debug)]
struct Child {
    number: u64,
    address: String,
    actor: String,
    /// Its birth was told: its end will be.
    told: bool,
    /// Its present call is counted, not told.
    dropped: bool,
}

#[derive(Debug)]
struct Forker<'a> {
    server: &'a Server,
    channel: Arc<ChildChannel>,
    /// By process. Never touched in a child, which inherits it locked.
    children: Mutex<HashMap<i32, Child>>,
    said_unsaved: AtomicBool,
}

/// Ends the thread that reaps, however the accepting ends.
struct Ending<'a>(&'a ChildChannel);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.send(&Message::End);
    }
}

pub fn serve(server: &Server) -> io::Result<()> {
    let channel = server.channel.clone().map_or_else(|| ChildChannel::new().map(Arc::new), Ok)?;
    let forker = Forker { server, channel, children: Mutex::default(), said_unsaved: AtomicBool::new(false) };
    thread::scope(|scope| {
        let _ending = Ending(&forker.channel);
        thread::Builder::new().stack_size(threads::STACK).spawn_scoped(scope, || forker.receive_messages())?;
        let result = server.accept_each(|client| forker.fork_child(client));
        forker.wait_for_children();
        result
    })
}

impl Forker<'_> {
    fn children(&self) -> MutexGuard<'_, HashMap<i32, Child>> {
        self.children.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn events(&self) -> &EventSender {
        self.server.caller.events()
    }

    /// A child for this client.
    #[allow(unsafe_code, reason = "fork(2) in a program that has threads")]
    fn fork_child(&self, client: Accepted) {
        let caller = &self.server.caller;
        let (number, address) = (client.number, client.address.clone());
        let actor = format!("enfant {number}");
        self.server.clients.hand_over(number);
        // Held until the child is known: what it says is heard after its birth.
        let mut children = self.children();
        let mut client = Some(client);
        // SAFETY: `run_child` builds anew whatever is locked; of ours it uses this client, which no thread shares yet, what
        // never changes, and descriptors.
        let born = unsafe { caller.fork(|| client.take().map_or(0, |client| self.run_child(client, &actor))) };
        if let Ok(pid) = born {
            let told = self.events().try_send(|| process(&actor, pid.as_raw(), ProcessChange::Born));
            children.insert(pid.as_raw(), Child { number, address, actor, told, dropped: false });
        } else {
            self.server.clients.remove(number);
            self.tell_gone((number, address), End::Failed);
        }
        drop(children);
        if let Some(Ok(socket)) = client.map(|client| Arc::try_unwrap(client.socket)) {
            caller.close(socket);
        }
    }

    fn tell_gone(&self, (number, address): (u64, String), end: End) {
        let gone = ClientGone { number, address, received: 0, sent: 0, unsent: 0, missed: 0, end };
        self.events().try_send(|| Event::Peer(PeerEvent::ClientGone(gone)));
    }

    /// In the child: everything that may be locked is new.
    fn run_child(&self, client: Accepted, actor: &str) -> i32 {
        let tally = Arc::new(Tally::default());
        let sender = Arc::new(ChildSender::new(Arc::clone(&self.channel), getpid().as_raw()));
        let events = self.events().child(&tally, Arc::clone(&sender) as Arc<_>);
        let caller = Caller::new(events, actor.to_owned());
        caller.close_inherited(&self.server.listener);
        let Ok(stop) = Stop::new() else { return 1 };
        let clients = ClientTable::new(None, &stop);
        let (parents, own, socket) = (Arc::clone(&self.server.stop), Arc::clone(&stop), Arc::downgrade(&client.socket));
        // Without this thread, the child hears the wish to end by being killed.
        let _ = thread::Builder::new().stack_size(threads::STACK).spawn(move || forward_stop(&parents, &own, &socket));
        let care = Care { stop: &stop, clients: &clients, ..self.server.care() };
        let gone = blocking::serve(care, &caller, client);
        sender.finish(&tally, gone);
        0
    }

    /// In a thread of the parent: what children say, and their ends.
    fn receive_messages(&self) {
        let caller = Caller::new(self.events().clone(), REAPER.to_owned());
        caller.introduce();
        let mut buffer = Vec::new();
        let mut looked = Instant::now();
        loop {
            let mut watched = [PollFd::new(self.channel.descriptor(), PollFlags::POLLIN)];
            let _ = poll(&mut watched, PollTimeout::try_from(LOOK).unwrap_or(PollTimeout::MAX));
            match self.channel.receive(&mut buffer) {
                Some(Message::Told { pid, skipped, event }) => self.pass_on(pid, skipped, *event),
                Some(Message::Over { pid, skipped, account }) => {
                    self.events().skip(skipped);
                    self.reap(&caller, pid, Some(*account));
                }
                Some(Message::Ended { pid, number }) => {
                    let is_known = self.children().get(&pid).is_some_and(|child| child.number == number);
                    if is_known {
                        self.reap(&caller, pid, None);
                    }
                }
                Some(Message::Look) => looked = Instant::now().checked_sub(LOOK).unwrap_or(looked),
                Some(Message::End) => return,
                None => {}
            }
            if looked.elapsed() >= LOOK {
                self.find_ended();
                looked = Instant::now();
            }
        }
    }

    /// What a child tells, where there is room for it: a whole call or nothing of it.
    fn pass_on(&self, pid: i32, skipped: u64, event: Event) {
        self.events().skip(skipped);
        let mut children = self.children();
        let Some(child) = children.get_mut(&pid) else { return };
        match event {
            Event::Actor(ActorEvent::Call(_)) => {
                child.dropped = !self.events().has_room();
                if !child.dropped {
                    self.events().send(event);
                }
            }
            Event::Actor(ActorEvent::Returned(_)) | Event::Peer(PeerEvent::Data(_)) if child.dropped => {}
            Event::Actor(ActorEvent::Returned(_)) | Event::Peer(PeerEvent::Data(_)) => self.events().send(event),
            // Several children may meet the failure before one has told it.
            Event::Peer(PeerEvent::Note { note: note @ PeerNote::SavingStopped { .. } }) => {
                if !self.said_unsaved.swap(true, Ordering::Relaxed) {
                    self.events().send_note(note);
                }
            }
            Event::Peer(PeerEvent::Note { note }) => self.events().send_note(note),
            _ => {
                self.events().try_send(|| event);
            }
        }
    }

    fn add(&self, counts: Counts) {
        let tally = self.events().tally();
        Tally::add(&tally.received, counts.received);
        Tally::add(&tally.sent, counts.sent);
        Tally::add(&tally.calls, counts.calls);
        Tally::add(&tally.errors, counts.errors);
        Tally::add(&tally.unsaved, counts.unsaved);
        Tally::add(&tally.unsent, counts.unsent);
    }

    /// This child has ended, or is about to. Without an account of what it did, nothing is known of that.
    fn reap(&self, caller: &Caller, pid: i32, account: Option<Account>) {
        let mut children = self.children();
        let Some(child) = children.remove(&pid) else { return };
        let heard = account.is_some();
        if let Some(Account { counts, gone }) = account {
            self.add(counts);
            self.events().try_send(|| Event::Peer(PeerEvent::ClientGone(gone)));
        }
        let change = match caller.wait_for(Pid::from_raw(pid)) {
            Ok(WaitStatus::Signaled(_, signal, _)) => ProcessChange::Died { signal: signal.to_string() },
            Ok(WaitStatus::Exited(_, code)) => ProcessChange::Exited { code },
            // Somebody else reaped it: nothing is known of its end.
            _ => ProcessChange::Exited { code: 0 },
        };
        if child.told {
            self.events().send(process(&child.actor, pid, change));
        }
        if !heard {
            Tally::add(&self.events().tally().unheard, 1);
            self.tell_gone((child.number, child.address), End::ChildDied);
        }
        drop(children);
        self.server.clients.remove(child.number);
    }

    /// Finds those that have ended. What they said may still wait to be heard: they are reaped after it.
    fn find_ended(&self) {
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        for (pid, child) in &*self.children() {
            if waitid(Id::Pid(Pid::from_raw(*pid)), flags) != Ok(WaitStatus::StillAlive) {
                // Where there is no room, the next look finds it again.
                self.channel.try_send(&Message::Ended { pid: *pid, number: child.number });
            }
        }
    }

    /// Until no child is left. Asked to end, they have a moment for it.
    fn wait_for_children(&self) {
        let clients = &self.server.clients;
        self.server.stop.wait_until(None, |asked| asked || clients.connected() == 0);
        clients.wait_until_empty(Some(PATIENCE));
        for pid in self.children().keys() {
            // One that has just ended is reaped all the same.
            let _ = kill(Pid::from_raw(*pid), Signal::SIGKILL);
        }
        self.channel.send(&Message::Look);
        clients.wait_until_empty(None);
    }
}

fn process(actor: &str, pid: i32, change: ProcessChange) -> Event {
    Event::Actor(ActorEvent::Process { actor: actor.to_owned(), pid, tid: pid, change })
}

/// In a thread of the child: the parent's wish to end becomes the child's; after the grace, the connection is shut down
/// in both directions, for who is asleep in send.
fn forward_stop(parents: &Stop, own: &Stop, socket: &Weak<Socket>) {
    let mut watched = [PollFd::new(parents.descriptor(), PollFlags::POLLIN)];
    while poll(&mut watched, PollTimeout::NONE).is_err() {}
    own.ask();
    thread::sleep(GRACE);
    if let Some(socket) = socket.upgrade() {
        let _ = socket.shutdown(std::net::Shutdown::Both);
    }
}
