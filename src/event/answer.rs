//! What `connect --http` reads in an answer.

use serde::{Deserialize, Serialize};

/// Where the body of an answer ends (RFC 9112, 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Framing {
    /// There is none: an answer to HEAD, 1xx, 204, 304.
    NoBody,
    ContentLength,
    Chunked,
    /// Nothing announces the end: the close is the end.
    UntilClose,
}

/// What an answer is reproached with, as scripts read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerReason {
    /// The bytes are no HTTP/1.1.
    HttpMalformed,
    /// It ends before its end.
    HttpTruncated,
    /// Bytes follow its end.
    HttpOverlong,
    /// It is sound, and its status is not the one that was asked for.
    HttpStatus,
}

/// A fault of the bytes of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerFault {
    pub reason: AnswerReason,
    /// Kebab-case, stable: which fault exactly.
    pub detail: String,
    /// Place of the byte that shows it, from 0; of a truncated answer, how many bytes came.
    pub offset: u64,
    /// Bytes of the body, or of the chunk, as announced.
    pub announced: Option<u64>,
    /// Bytes of it that came.
    pub came: Option<u64>,
    /// The line at fault up to that byte, as a C literal holds it; empty where no line is at fault.
    pub quote: String,
}

/// What was read of the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Of the final answer, 1xx apart; `None` where it did not come.
    pub status: Option<u16>,
    pub framing: Option<Framing>,
    /// What Content-Length says.
    pub announced: Option<u64>,
    /// Bytes of the body that came, without what chunks add.
    pub body: u64,
    /// Bytes that came after the end of the answer.
    pub excess: u64,
    pub reason: Option<AnswerReason>,
    pub fault: Option<AnswerFault>,
}
