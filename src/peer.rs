//! The other half of an exercise: a real server and a real client that tell each of their own calls.
//!
//! What happens on a connection is a [`conversation::Conversation`], a state machine that makes no call; `server` and
//! `client` make its calls through a [`caller::Caller`], which tells each of them to an [`event_channel::EventSender`].

pub mod archive;
pub mod caller;
pub mod client;
pub mod conversation;
mod doubts;
pub mod event_channel;
pub mod field;
pub mod mailbox;
pub mod narration;
pub mod nul;
pub mod outgoing;
pub mod parting;
pub mod server;
pub mod service;
pub mod stop;
pub mod taking;
pub mod tally;
