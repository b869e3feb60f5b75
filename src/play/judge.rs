//! Whether an outcome is the one that the lesson announced. Pure.

use crate::event::Judgement;
use crate::lesson::model::{Expected, Need};
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::errno::Errno;
use crate::syscall::signal::Signal;
use crate::syscall::vocabulary::{self, Returns};

/// What an expectation may depend on beside the outcome itself.
pub trait Context {
    fn allows(&self, need: Need) -> bool;
    /// The process of an actor, alive or not.
    fn pid_of(&self, actor: &str) -> Option<i32>;
}

/// The expectation that holds on this machine: `0 si root, sinon EACCES` becomes one of the two.
#[must_use]
pub fn on_this_machine<'a>(expected: &'a Expected, context: &dyn Context) -> &'a Expected {
    match expected {
        Expected::Depends { condition, then, otherwise } => {
            let chosen = if context.allows(*condition) { then } else { otherwise };
            on_this_machine(chosen, context)
        }
        other => other,
    }
}

/// Whether the lesson says that the call sleeps.
#[must_use]
pub fn expects_sleep(expected: &Expected) -> bool {
    matches!(expected, Expected::Blocks | Expected::BlocksThen(_))
}

/// Whether the outcome of such a call is what a prediction is about, rather than a step on the way to it.
#[must_use]
pub fn decisive(expected: &Expected) -> bool {
    matches!(
        expected,
        Expected::Errno(_)
            | Expected::Gai(_)
            | Expected::Null
            | Expected::Blocks
            | Expected::BlocksThen(_)
            | Expected::Killed(_)
            | Expected::Exits(_)
            | Expected::Ends
    )
}

/// Whether the outcome is the one expected. A call that was expected to sleep and did is judged by what follows `puis`.
#[must_use]
pub fn holds(expected: &Expected, call: Option<&Call>, outcome: &Outcome, context: &dyn Context) -> bool {
    let expected = on_this_machine(expected, context);
    match expected {
        Expected::Any | Expected::Depends { .. } => true,
        Expected::Success => succeeded(call, outcome),
        Expected::Number(range) => outcome.number().is_some_and(|number| range.contains(number)),
        Expected::Descriptor(wanted) => descriptor(*wanted, outcome),
        Expected::Process(actor) => process(actor.as_deref(), outcome, context),
        Expected::Received { count, bytes } => {
            received(call, outcome).is_some_and(|got| got == bytes.as_slice())
                && count.is_none_or(|range| outcome.number().is_some_and(|number| range.contains(number)))
        }
        Expected::Everything => everything(call, outcome),
        Expected::StartsWith(bytes) => content(call, outcome).is_some_and(|got| got.starts_with(bytes)),
        Expected::All(all) => all.iter().all(|one| holds(one, call, outcome, context)),
        Expected::Ends => matches!(outcome, Outcome::Exited(_)),
        Expected::ContainsAnyCase(bytes) => {
            content(call, outcome).is_some_and(|got| contains(&got.to_ascii_lowercase(), &bytes.to_ascii_lowercase()))
        }
        Expected::Contains(bytes) => content(call, outcome).is_some_and(|got| contains(got, bytes)),
        Expected::Text(text) => content(call, outcome).is_some_and(|got| got == text.as_slice()),
        Expected::Errno(errno) => outcome.errno() == Some(*errno),
        Expected::Gai(error) => matches!(outcome, Outcome::Unresolved(got) if got == error),
        Expected::Null => matches!(outcome, Outcome::Returned(Answer::Pointer { null: true })),
        Expected::NotNull => {
            matches!(outcome, Outcome::Returned(Answer::Pointer { null: false } | Answer::Text(_)))
        }
        Expected::Blocks => false,
        Expected::BlocksThen(after) | Expected::Until { then: after, .. } => holds(after, call, outcome, context),
        Expected::Killed(signal) => matches!(outcome, Outcome::Killed(got) if got == signal),
        Expected::Exits(code) => matches!(outcome, Outcome::Exited(got) if got == code),
    }
}

/// What it means that the lesson was right, or was not: nothing is judged once a stranger plays.
#[must_use]
pub fn judgement(met: bool, visited: bool) -> Judgement {
    match (met, visited) {
        (true, _) => Judgement::Expected,
        (false, true) => Judgement::NotJudged,
        (false, false) => Judgement::Unexpected,
    }
}

/// Errors that a sleep ends with although nobody answered: its time is over (socket(7), SO_RCVTIMEO), a handler ran, or
/// the network gave up (tcp(7), ip(7)).
const WITHOUT_ANSWER: [Errno; 6] =
    [Errno::EAGAIN, Errno::EINPROGRESS, Errno::EINTR, Errno::ETIMEDOUT, Errno::EHOSTUNREACH, Errno::ENETUNREACH];

/// Calls whose return, whatever it is, needs no other actor: a name server answers, a time passes, a lingering close
/// is acknowledged by a kernel.
const ALONE: [&str; 4] = ["getaddrinfo", "sleep", "usleep", "close"];

/// Calls that return 0 when their time is over.
const TIMED: [&str; 3] = ["poll", "select", "epoll_wait"];

/// Whether a sleep may end so although no actor wakes it. A connection, bytes, an end of file, a refusal, another
/// signal than an alarm: somebody caused them, and the lesson says who by `wakes`.
#[must_use]
pub fn may_end_by_itself(call: Option<&Call>, outcome: &Outcome) -> bool {
    let name = call.map_or("", |call| call.name.as_str());
    match outcome {
        Outcome::Failed(errno) => WITHOUT_ANSWER.contains(errno),
        Outcome::Unresolved(_) => true,
        Outcome::Killed(signal) => *signal == Signal::SIGALRM,
        Outcome::Exited(_) => false,
        Outcome::Returned(_) if ALONE.contains(&name) => true,
        Outcome::Returned(answer) if TIMED.contains(&name) => *answer == Answer::Number(0),
        // SO_SNDTIMEO: what had room before the time was over.
        Outcome::Returned(_) => given(call).is_some_and(|given| outcome.number().is_some_and(|sent| sent < given)),
    }
}

/// What counts as a success where the lesson says nothing: it depends on how the function fails.
fn succeeded(call: Option<&Call>, outcome: &Outcome) -> bool {
    let returns = call.and_then(|call| call.name.function()).map(|function| function.returns);
    match (returns, outcome) {
        (Some(Returns::ErrorNumber | Returns::Gai | Returns::Zero), Outcome::Returned(Answer::Number(number))) => {
            *number == 0
        }
        (Some(Returns::Truth), Outcome::Returned(Answer::Number(number))) => *number == 1,
        (Some(Returns::Never), Outcome::Exited(_)) | (_, Outcome::Returned(_)) => true,
        _ => false,
    }
}

fn descriptor(wanted: Option<i32>, outcome: &Outcome) -> bool {
    outcome.number().is_some_and(|number| match wanted {
        Some(fd) => number == i64::from(fd),
        None => number >= 0,
    })
}

fn process(actor: Option<&str>, outcome: &Outcome, context: &dyn Context) -> bool {
    outcome.number().is_some_and(|number| match actor {
        Some(actor) => context.pid_of(actor).is_some_and(|pid| i64::from(pid) == number),
        None => number > 0,
    })
}

/// Whether the call moved as many bytes as it was given.
fn everything(call: Option<&Call>, outcome: &Outcome) -> bool {
    given(call).is_some_and(|given| outcome.number() == Some(given))
}

/// How many bytes the call was given to move.
fn given(call: Option<&Call>) -> Option<i64> {
    let call = call?;
    let function = call.name.function()?;
    let buffer = function.parameters.iter().position(|parameter| parameter.kind == vocabulary::Kind::BytesIn)?;
    match call.arguments.get(buffer + 1)? {
        Value::Number(length) => Some(*length),
        _ => None,
    }
}

/// The bytes that the call put in the program's buffer.
fn received<'a>(call: Option<&'a Call>, outcome: &Outcome) -> Option<&'a [u8]> {
    outcome.number()?;
    let call = call?;
    let function = call.name.function()?;
    let position = function
        .parameters
        .iter()
        .position(|parameter| matches!(parameter.kind, vocabulary::Kind::BytesOut | vocabulary::Kind::TextOut))?;
    match call.arguments.get(position)? {
        Value::Bytes { data, .. } => Some(data),
        _ => None,
    }
}

fn content<'a>(call: Option<&'a Call>, outcome: &'a Outcome) -> Option<&'a [u8]> {
    match outcome {
        Outcome::Returned(Answer::Text(text)) => Some(text),
        _ => received(call, outcome),
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    needle.is_empty() || haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::{Context, decisive, expects_sleep, holds, judgement, may_end_by_itself, on_this_machine};
    use crate::event::Judgement;
    use crate::lesson::model::{Expected, Need, Range};
    use crate::syscall::call::{Answer, Call, Outcome, Value};
    use crate::syscall::errno::Errno;
    use crate::syscall::gai::GaiError;
    use crate::syscall::signal::Signal;

    struct Machine;

    impl Context for Machine {
        fn allows(&self, need: Need) -> bool {
            need == Need::Root
        }

        fn pid_of(&self, actor: &str) -> Option<i32> {
            (actor == "enfant").then_some(42)
        }
    }

    fn number(value: i64) -> Outcome {
        Outcome::Returned(Answer::Number(value))
    }

    fn call(name: &str, arguments: Vec<Value>) -> Call {
        Call { name: name.into(), arguments }
    }

    #[test]
    fn who_is_wrong_before_a_stranger_is_not_judged() {
        assert_eq!((judgement(true, false), judgement(true, true)), (Judgement::Expected, Judgement::Expected));
        assert_eq!((judgement(false, false), judgement(false, true)), (Judgement::Unexpected, Judgement::NotJudged));
    }

    #[test]
    fn outcomes_are_compared_with_what_was_announced() {
        let bytes = |text: &str| Value::Bytes { data: text.into(), total: text.len() };
        let recv = call("recv", vec![Value::Number(4), bytes("salut"), Value::Number(64), Value::Number(0)]);
        let cases = [
            (Expected::Descriptor(None), number(3), true),
            (Expected::Descriptor(Some(4)), number(3), false),
            (Expected::Number(Range { from: 1, to: 64 }), number(64), true),
            (Expected::Number(Range { from: 1, to: 64 }), number(0), false),
            (Expected::Errno(Errno::EADDRINUSE), Outcome::Failed(Errno::EADDRINUSE), true),
            (Expected::Errno(Errno::EADDRINUSE), Outcome::Failed(Errno::EACCES), false),
            (Expected::Errno(Errno::EADDRINUSE), number(0), false),
            (Expected::Process(Some("enfant".into())), number(42), true),
            (Expected::Process(Some("enfant".into())), number(43), false),
            (Expected::Received { count: Some(Range::exactly(5)), bytes: b"salut".to_vec() }, number(5), true),
            (Expected::Received { count: None, bytes: b"autre".to_vec() }, number(5), false),
            (Expected::Contains(b"alu".to_vec()), number(5), true),
            (Expected::Blocks, number(4), false),
            (Expected::BlocksThen(Box::new(Expected::Descriptor(None))), number(4), true),
            (Expected::Any, Outcome::Failed(Errno::EINVAL), true),
            (
                Expected::Depends {
                    condition: Need::Root,
                    then: Box::new(Expected::Number(Range::exactly(0))),
                    otherwise: Box::new(Expected::Errno(Errno::EACCES)),
                },
                number(0),
                true,
            ),
        ];
        for (expected, outcome, wanted) in cases {
            assert_eq!(holds(&expected, Some(&recv), &outcome, &Machine), wanted, "{expected:?} {outcome:?}");
        }
    }

    fn bytes(text: &str) -> Value {
        Value::Bytes { data: text.into(), total: text.len() }
    }

    fn text(text: &str) -> Outcome {
        Outcome::Returned(Answer::Text(text.into()))
    }

    fn sending(length: i64) -> Call {
        call("send", vec![Value::Number(4), bytes("salut"), Value::Number(length), Value::Number(0)])
    }

    fn pointer(null: bool) -> Outcome {
        Outcome::Returned(Answer::Pointer { null })
    }

    #[test]
    fn everything_is_what_the_call_was_given() {
        let cases = [
            (Some(sending(5)), number(5), true),
            (Some(sending(5)), number(4), false),
            (Some(sending(5)), number(6), false),
            (Some(sending(5)), Outcome::Failed(Errno::EPIPE), false),
            (Some(call("write", vec![Value::Number(1), bytes("oui"), Value::Number(3)])), number(3), true),
            (Some(call("write", vec![Value::Number(1), bytes("oui")])), number(3), false),
            (Some(call("write", vec![Value::Number(1), bytes("oui"), Value::Null])), number(3), false),
            (Some(call("close", vec![Value::Number(5)])), number(5), false),
            (Some(call("execve", vec![Value::Number(5)])), number(5), false),
            (None, number(5), false),
            (None, Outcome::Failed(Errno::EPIPE), false),
        ];
        for (call, outcome, wanted) in cases {
            assert_eq!(holds(&Expected::Everything, call.as_ref(), &outcome, &Machine), wanted, "{call:?} {outcome:?}");
        }
    }

    #[test]
    fn what_was_received_is_compared_byte_by_byte() {
        let recv = call("recv", vec![Value::Number(4), bytes("salut"), Value::Number(64), Value::Number(0)]);
        let name = call("snprintf", vec![bytes("salut"), Value::Number(64)]);
        let given =
            |expected: &Expected, call: &Call, outcome: Outcome| holds(expected, Some(call), &outcome, &Machine);
        let contains = |needle: &str| Expected::Contains(needle.into());
        for needle in ["", "s", "salut", "alu", "ut"] {
            assert!(given(&contains(needle), &recv, number(5)), "{needle}");
        }
        for needle in ["salut!", "x", "Salut", "lus"] {
            assert!(!given(&contains(needle), &recv, number(5)), "{needle}");
        }
        assert!(!given(&contains("alu"), &recv, Outcome::Failed(Errno::EAGAIN)), "nothing was received");
        assert!(given(&Expected::ContainsAnyCase(b"SaLU".to_vec()), &recv, number(5)));
        assert!(!given(&Expected::ContainsAnyCase(b"SaLUe".to_vec()), &recv, number(5)));
        assert!(given(&Expected::StartsWith(b"sal".to_vec()), &recv, number(5)));
        assert!(!given(&Expected::StartsWith(b"alut".to_vec()), &recv, number(5)));
        assert!(given(&Expected::Text(b"salut".to_vec()), &name, number(0)), "a string in a buffer");
        assert!(!given(&Expected::Text(b"salu".to_vec()), &name, number(0)));
        assert!(!given(&contains("salut"), &sending(5), number(5)), "what was sent was not received");
        let ntoa = call("inet_ntoa", vec![Value::Number(1)]);
        assert!(given(&Expected::Text(b"127.0.0.1".to_vec()), &ntoa, text("127.0.0.1")));
        assert!(!given(&Expected::Text(b"127.0.0.1".to_vec()), &ntoa, text("127.0.0.2")));
        assert!(given(&contains("0.0"), &ntoa, text("127.0.0.1")));
        let both = Expected::All(vec![contains("sal"), contains("lut")]);
        assert!(given(&both, &recv, number(5)));
        let one = Expected::All(vec![contains("sal"), contains("x")]);
        assert!(!given(&one, &recv, number(5)));
        let counted = |count| Expected::Received { count: Some(Range::exactly(count)), bytes: b"salut".to_vec() };
        assert!(given(&counted(5), &recv, number(5)) && !given(&counted(4), &recv, number(5)));
    }

    #[test]
    fn ends_errors_and_pointers() {
        let cases = [
            (Expected::Killed(Signal::SIGPIPE), Outcome::Killed(Signal::SIGPIPE), true),
            (Expected::Killed(Signal::SIGPIPE), Outcome::Killed(Signal::SIGTERM), false),
            (Expected::Killed(Signal::SIGPIPE), Outcome::Exited(13), false),
            (Expected::Exits(1), Outcome::Exited(1), true),
            (Expected::Exits(1), Outcome::Exited(0), false),
            (Expected::Ends, Outcome::Exited(3), true),
            (Expected::Ends, Outcome::Killed(Signal::SIGTERM), false),
            (Expected::Gai(GaiError::EAI_NONAME), Outcome::Unresolved(GaiError::EAI_NONAME), true),
            (Expected::Gai(GaiError::EAI_NONAME), Outcome::Unresolved(GaiError::EAI_AGAIN), false),
            (Expected::Null, pointer(true), true),
            (Expected::Null, pointer(false), false),
            (Expected::NotNull, pointer(false), true),
            (Expected::NotNull, text("127.0.0.1"), true),
            (Expected::NotNull, pointer(true), false),
            (Expected::Process(None), number(1), true),
            (Expected::Process(None), number(0), false),
            (Expected::Process(None), number(-1), false),
            (Expected::Process(Some("inconnu".into())), number(42), false),
            (Expected::Descriptor(None), number(0), true),
            (Expected::Descriptor(None), number(-1), false),
            (Expected::Descriptor(Some(4)), number(4), true),
        ];
        for (expected, outcome, wanted) in cases {
            assert_eq!(holds(&expected, None, &outcome, &Machine), wanted, "{expected:?} {outcome:?}");
        }
    }

    #[test]
    fn the_machine_chooses() {
        let depends = |condition| Expected::Depends {
            condition,
            then: Box::new(Expected::Blocks),
            otherwise: Box::new(Expected::Ends),
        };
        assert_eq!(on_this_machine(&depends(Need::Root), &Machine), &Expected::Blocks);
        assert_eq!(on_this_machine(&depends(Need::Ipv6), &Machine), &Expected::Ends);
    }

    #[test]
    fn what_sleeps_and_what_decides() {
        let sleeps = [Expected::Blocks, Expected::BlocksThen(Box::new(Expected::Success))];
        assert!(sleeps.iter().all(|expected| expects_sleep(expected) && decisive(expected)));
        let ends = [Expected::Errno(Errno::EIO), Expected::Null, Expected::Exits(0), Expected::Ends];
        let told = [Expected::Gai(GaiError::EAI_AGAIN), Expected::Killed(Signal::SIGPIPE)];
        assert!(ends.iter().chain(&told).all(|expected| !expects_sleep(expected) && decisive(expected)));
        let steps = [Expected::Success, Expected::Number(Range::exactly(0)), Expected::Descriptor(None), Expected::Any];
        assert!(steps.iter().all(|expected| !expects_sleep(expected) && !decisive(expected)));
    }

    #[test]
    fn what_a_peer_causes_does_not_come_by_itself() {
        let accept = call("accept", vec![Value::Number(3), Value::Null, Value::Null]);
        let poll = call("poll", vec![Value::Null, Value::Number(1), Value::Number(100)]);
        let sleep = call("sleep", vec![Value::Number(1)]);
        let cases = [
            (&accept, Outcome::Failed(Errno::EAGAIN), true),
            (&accept, Outcome::Failed(Errno::EINTR), true),
            (&accept, Outcome::Failed(Errno::ECONNREFUSED), false),
            (&accept, number(4), false),
            (&accept, Outcome::Killed(Signal::SIGALRM), true),
            (&accept, Outcome::Killed(Signal::SIGTERM), false),
            (&accept, Outcome::Exited(0), false),
            (&accept, Outcome::Unresolved(GaiError::EAI_AGAIN), true),
            (&poll, number(0), true),
            (&poll, number(1), false),
            (&sleep, number(0), true),
            (&sending(5), number(3), true),
            (&sending(5), number(5), false),
        ];
        for (call, outcome, wanted) in cases {
            assert_eq!(may_end_by_itself(Some(call), &outcome), wanted, "{} {outcome:?}", call.name);
        }
        assert!(!may_end_by_itself(None, &number(0)));
    }

    #[test]
    fn success_depends_on_how_the_function_fails() {
        let cases = [
            ("connect", number(0), true),
            ("connect", Outcome::Failed(Errno::ECONNREFUSED), false),
            ("inet_pton", number(1), true),
            ("inet_pton", number(0), false),
            ("pthread_create", number(11), false),
            ("recv", number(0), true),
            ("htons", number(47_371), true),
            ("_exit", Outcome::Exited(0), true),
            ("_exit", Outcome::Killed(Signal::SIGTERM), false),
            ("socket", Outcome::Exited(0), false),
            ("inet_pton", number(2), false),
            ("getaddrinfo", number(1), false),
        ];
        for (name, outcome, wanted) in cases {
            let call = call(name, Vec::new());
            assert_eq!(holds(&Expected::Success, Some(&call), &outcome, &Machine), wanted, "{name}");
        }
    }
}
