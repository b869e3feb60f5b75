//! The objects that scripts read of a lesson, and of the calls of a peer.

use super::line::{Field, Line, StateLine};
use super::{arguments, ending, failure, hexadecimal, result};
use crate::event::{
    Blocked, CallEvent, Judgement, LessonStarted, Memory, ProcessChange, Returned, StateVerdict, Verdict, Visitor,
};
use crate::lesson::model::{Block, Inline};

pub fn started(started: &LessonStarted) -> Line<'_> {
    Line::LessonStarted {
        format: started.format,
        lesson: started.lesson,
        slug: &started.slug,
        title: &started.title,
        minutes: started.minutes,
        objectives: &started.objectives,
        actors: &started.actors,
        port: started.port,
        network: started.network,
        steps: started.steps,
    }
}

pub fn process<'a>(actor: &'a str, (pid, tid): (i32, i32), change: &'a ProcessChange) -> Line<'a> {
    let (exit_code, signal) = match change {
        ProcessChange::Born => (None, None),
        ProcessChange::Exited { code } => (Some(*code), None),
        ProcessChange::Died { signal } => (None, Some(signal.as_str())),
    };
    let born = *change == ProcessChange::Born;
    Line::Process { actor, pid, tid, born, died: !born, exit_code, signal }
}

pub fn call(call: &CallEvent) -> Line<'_> {
    Line::Call {
        actor: &call.actor,
        pid: call.pid,
        tid: call.tid,
        line: call.line,
        source: &call.source,
        call: call.call.as_ref().map(|call| call.name.as_str()),
        args: arguments(call.call.as_ref()),
    }
}

pub fn blocked(blocked: &Blocked) -> Line<'_> {
    Line::Blocked {
        actor: &blocked.actor,
        pid: blocked.pid,
        call: blocked.call.name.as_str(),
        args: arguments(Some(&blocked.call)),
        state: blocked.state,
        wchan: blocked.wchan.as_deref(),
        expected: blocked.expected,
    }
}

pub fn returned(returned: &Returned) -> Line<'_> {
    Line::Returned {
        actor: &returned.actor,
        pid: returned.pid,
        call: returned.call.as_ref().map(|call| call.name.as_str()),
        args: arguments(returned.call.as_ref()),
        result: result(returned.call.as_ref().map(|call| call.name), &returned.outcome),
        failure: failure(&returned.outcome),
        ending: ending(&returned.outcome),
        duration_us: returned.duration_us,
        expected: returned.expected != Judgement::Unexpected,
        judged: returned.expected != Judgement::NotJudged,
        wanted: returned.wanted.as_ref().map(crate::text::expected::expected),
        cause: returned.cause.as_ref(),
    }
}

pub fn memory(memory: &Memory) -> Line<'_> {
    Line::Memory {
        actor: &memory.actor,
        source: &memory.source,
        ctype: &memory.ctype,
        hex: hexadecimal(&memory.bytes),
        fields: memory
            .fields
            .iter()
            .map(|field| Field { name: &field.name, offset: field.offset, size: field.size })
            .collect(),
    }
}

pub fn state(lines: &[StateVerdict]) -> Line<'_> {
    Line::State { lines: lines.iter().map(|one| StateLine { source: &one.source, held: held(one.held) }).collect() }
}

pub fn verdict(verdict: &Verdict) -> Line<'_> {
    Line::Verdict {
        chosen: verdict.chosen.map(|chosen| chosen + 1),
        right: verdict.right + 1,
        right_text: &verdict.right_text,
        wrong_because: verdict.wrong_because.as_deref(),
        why: &verdict.why,
    }
}

pub fn visitor(visitor: &Visitor) -> Line<'_> {
    Line::Visitor {
        address: &visitor.address,
        pid: visitor.pid,
        command: visitor.command.as_deref(),
        role: visitor.role.as_deref(),
    }
}

fn held(held: Judgement) -> Option<bool> {
    match held {
        Judgement::Expected => Some(true),
        Judgement::Unexpected => Some(false),
        Judgement::NotJudged => None,
    }
}

/// Prose as plain text: blocks apart by a blank line, code between backticks.
pub fn text(blocks: &[Block]) -> String {
    blocks.iter().map(block).collect::<Vec<_>>().join("\n\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(inlines) | Block::Quote(inlines) => inlines_text(inlines),
        Block::List { items, .. } => {
            items.iter().map(|item| format!("- {}", inlines_text(item))).collect::<Vec<_>>().join("\n")
        }
        Block::Preformatted { text, .. } => text.clone(),
    }
}

fn inlines_text(inlines: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Text(text) | Inline::Strong(text) | Inline::Emphasis(text) => text.clone(),
        Inline::Code(code) => format!("`{code}`"),
    };
    inlines.iter().map(one).collect()
}
