//! How forked children tell their parent what they do: one pair of sockets for all, whose messages stay whole
//! (SOCK_SEQPACKET, unix(7)). A child never waits for the parent: what does not fit is counted, and the count goes with
//! what does.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, send, setsockopt, socketpair, sockopt};
use serde::{Deserialize, Serialize};

use crate::event::peer::ClientGone;
use crate::event::{ActorEvent, Event, PeerEvent};
use crate::observe::own::out_of_the_way;
use crate::peer::event_channel::RemoteSender;
use crate::peer::tally::Tally;

/// Bytes asked for the messages that wait; the kernel gives what it allows.
const WAITING: usize = 1 << 20;

/// Longer than any message: an event holds some thousand bytes at most.
const LONGEST: usize = 1 << 16;

/// The counters of a child, at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub received: u64,
    pub sent: u64,
    pub calls: u64,
    pub errors: u64,
    pub unsaved: u64,
    pub unsent: u64,
}

/// All that a child has done, once it has done it: the only place that tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub counts: Counts,
    pub gone: ClientGone,
}

#[derive(Debug, Serialize, Deserialize)]
pub enum Message {
    /// `skipped`: calls of this child that were not told since its last message.
    Told { pid: i32, skipped: u64, event: Box<Event> },
    /// A child has nothing more to say, and is about to end.
    Over { pid: i32, skipped: u64, account: Box<Account> },
    /// From the parent to itself: this child, of that client, has ended, and what it said is heard before this.
    Ended { pid: i32, number: u64 },
    /// From the parent to itself: look at the children.
    Look,
    /// From the parent to itself: nobody is left.
    End,
}

#[derive(Debug)]
pub struct ChildChannel {
    /// Where the parent reads.
    reader: OwnedFd,
    /// Where every child, and the parent, write.
    writer: OwnedFd,
}

impl ChildChannel {
    /// # Errors
    /// Those of socketpair(2).
    pub fn new() -> io::Result<ChildChannel> {
        let kind = (AddressFamily::Unix, SockType::SeqPacket);
        let (reader, writer) = socketpair(kind.0, kind.1, None, SockFlag::SOCK_CLOEXEC)?;
        let channel = ChildChannel { reader: out_of_the_way(reader), writer: out_of_the_way(writer) };
        // Without this, fewer messages wait.
        let _ = setsockopt(&channel.writer, sockopt::SndBuf, &WAITING);
        Ok(channel)
    }

    /// Readable when a message is there.
    #[must_use]
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }

    /// The next message; `None` where none is there, or it is unreadable.
    pub fn receive(&self, buffer: &mut Vec<u8>) -> Option<Message> {
        buffer.resize(LONGEST, 0);
        let length = recv(self.reader.as_raw_fd(), buffer, MsgFlags::MSG_DONTWAIT).ok()?;
        serde_json::from_slice(&buffer[..length]).ok()
    }

    /// Waits for room, where there is none: the parent reads for as long as it has children, and they end with it.
    pub fn send(&self, message: &Message) {
        self.transmit(message, MsgFlags::empty());
    }

    /// Sends it only where there is room.
    pub fn try_send(&self, message: &Message) {
        self.transmit(message, MsgFlags::MSG_DONTWAIT);
    }

    fn transmit(&self, message: &Message, flags: MsgFlags) -> bool {
        let Ok(bytes) = serde_json::to_vec(message) else { return false };
        loop {
            match send(self.writer.as_raw_fd(), &bytes, flags | MsgFlags::MSG_NOSIGNAL) {
                Err(Errno::EINTR) => {}
                result => return result.is_ok(),
            }
        }
    }
}

/// A child's end.
#[derive(Debug)]
pub struct ChildSender {
    channel: Arc<ChildChannel>,
    pid: i32,
    skipped: AtomicU64,
    /// The return of a call that was told: it goes before anything else.
    owed: Mutex<Option<Message>>,
}

impl ChildSender {
    #[must_use]
    pub fn new(channel: Arc<ChildChannel>, pid: i32) -> ChildSender {
        ChildSender { channel, pid, skipped: AtomicU64::new(0), owed: Mutex::default() }
    }

    /// The last word: how the conversation ended, and the child's counters.
    pub fn finish(&self, tally: &Tally, gone: ClientGone) {
        let counts = Counts {
            received: Tally::of(&tally.received),
            sent: Tally::of(&tally.sent),
            calls: Tally::of(&tally.calls),
            errors: Tally::of(&tally.errors),
            unsaved: Tally::of(&tally.unsaved),
            unsent: Tally::of(&tally.unsent),
        };
        self.flush();
        let (skipped, account) = (self.skipped.swap(0, Ordering::Relaxed), Box::new(Account { counts, gone }));
        self.channel.send(&Message::Over { pid: self.pid, skipped, account });
    }

    /// Sends what is owed, however long that takes.
    fn flush(&self) {
        if let Some(owed) = self.owed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            self.channel.send(&owed);
        }
    }

    fn try_flush(&self) -> bool {
        let mut owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
        let flushed = owed.as_ref().is_none_or(|message| self.channel.transmit(message, MsgFlags::MSG_DONTWAIT));
        if flushed {
            *owed = None;
        }
        flushed
    }
}

impl RemoteSender for ChildSender {
    fn send(&self, event: Event) -> bool {
        let is_return = matches!(event, Event::Actor(ActorEvent::Returned(_)));
        if matches!(&event, Event::Peer(PeerEvent::Note { note }) if !note.comes_with_calls()) {
            self.flush();
            let skipped = self.skipped.swap(0, Ordering::Relaxed);
            self.channel.send(&Message::Told { pid: self.pid, skipped, event: Box::new(event) });
            return true;
        }
        let flushed = self.try_flush();
        let skipped = self.skipped.swap(0, Ordering::Relaxed);
        let message = Message::Told { pid: self.pid, skipped, event: Box::new(event) };
        if flushed && self.channel.transmit(&message, MsgFlags::MSG_DONTWAIT) {
            return true;
        }
        if is_return {
            *self.owed.lock().unwrap_or_else(PoisonError::into_inner) = Some(message);
            return true;
        }
        self.skipped.fetch_add(skipped, Ordering::Relaxed);
        false
    }

    fn skip(&self) {
        self.skipped.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Account, ChildChannel, ChildSender, Counts, Message};
    use crate::event::peer::{ClientGone, End};
    use crate::event::{ActorEvent, Event, Note};
    use crate::peer::event_channel::EventSender;
    use crate::peer::tally::Tally;

    #[test]
    fn what_does_not_fit_is_counted_and_the_last_word_is_heard() {
        let channel = Arc::new(ChildChannel::new().unwrap());
        let tally = Arc::new(Tally::default());
        let sender = Arc::new(ChildSender::new(Arc::clone(&channel), 7));
        let events = EventSender::remote(&tally, sender.clone());
        let call = || {
            let (actor, source) = (String::new(), String::new());
            Event::Actor(ActorEvent::Call(crate::event::CallEvent {
                actor,
                pid: 7,
                tid: 7,
                line: 0,
                source,
                call: None,
            }))
        };
        let mut said = 0;
        while Tally::of(&tally.skipped) < 3 {
            events.send(call());
            said += 1;
        }
        let mut buffer = Vec::new();
        let mut heard = 0;
        while let Some(Message::Told { pid: 7, skipped: 0, .. }) = channel.receive(&mut buffer) {
            heard += 1;
        }
        assert_eq!(heard + 3, said);
        events.send(Event::Actor(ActorEvent::Note { note: Note::ProcFallback }));
        assert!(matches!(channel.receive(&mut buffer), Some(Message::Told { skipped: 3, .. })));
        let (number, address, end) = (1, "127.0.0.1:9".to_owned(), End::ByPeer);
        let gone = ClientGone { number, address, received: 3, sent: 4, unsent: 0, missed: 0, end };
        sender.finish(&tally, gone.clone());
        let Some(Message::Over { pid: 7, skipped: 0, account }) = channel.receive(&mut buffer) else {
            panic!("no last word")
        };
        assert_eq!(*account, Account { counts: Counts::default(), gone });
    }
}
