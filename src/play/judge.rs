//! Whether an outcome is the one that the lesson announced. Pure.

use crate::lesson::model::{Expected, Need};
use crate::syscall::call::{Answer, Call, Outcome, Value};
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

/// What counts as a success where the lesson says nothing: it depends on how the function fails.
fn succeeded(call: Option<&Call>, outcome: &Outcome) -> bool {
    let returns = call.and_then(|call| vocabulary::function(&call.name)).map(|function| function.returns);
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
    let given = call.and_then(|call| {
        let function = vocabulary::function(&call.name)?;
        let buffer = function.parameters.iter().position(|parameter| parameter.kind == vocabulary::Kind::BytesIn)?;
        match call.arguments.get(buffer + 1)? {
            Value::Number(length) => Some(*length),
            _ => None,
        }
    });
    given.is_some() && outcome.number() == given
}

/// The bytes that the call put in the program's buffer.
fn received<'a>(call: Option<&'a Call>, outcome: &Outcome) -> Option<&'a [u8]> {
    outcome.number()?;
    let call = call?;
    let function = vocabulary::function(&call.name)?;
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
    use super::{Context, holds};
    use crate::lesson::model::{Expected, Need, Range};
    use crate::syscall::call::{Answer, Call, Outcome, Value};
    use crate::syscall::errno::Errno;

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
        Call { name: name.to_owned(), arguments }
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
        ];
        for (name, outcome, wanted) in cases {
            let call = call(name, Vec::new());
            assert_eq!(holds(&Expected::Success, Some(&call), &outcome, &Machine), wanted, "{name}");
        }
    }
}
