use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use proptest::prelude::*;

use super::reader::Fault;
use super::{NotationError, escape, format_call, format_call_within, format_outcome, parse_call};
use crate::syscall::address::Address;
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::name::Name;
use crate::syscall::signal::Signal;
use crate::syscall::vocabulary::Kind;

fn call(name: &str, arguments: Vec<Value>) -> Call {
    Call { name: name.into(), arguments }
}

fn bytes(data: &[u8]) -> Value {
    Value::Bytes { data: data.to_vec(), total: data.len() }
}

fn symbol(text: &str) -> Value {
    Value::Symbol(text.to_owned())
}

fn number_fields(fields: &[(&str, i64)]) -> Value {
    Value::Record(fields.iter().map(|(name, value)| ((*name).to_owned(), Value::Number(*value))).collect())
}

#[test]
fn calls_read_as_strace_writes_them() {
    let peer = Value::Address(Address::v4(Ipv4Addr::LOCALHOST, 50312));
    let any = Value::Address(Address::v4(Ipv4Addr::UNSPECIFIED, 3001));
    let six = Value::Address(Address::Inet(SocketAddrV6::new(Ipv6Addr::LOCALHOST, 3001, 0, 0).into()));
    let rows = [
        (
            call("accept", vec![Value::Number(3), peer, Value::Length(16)]),
            "accept(3, {AF_INET, 127.0.0.1:50312}, [16])",
        ),
        (call("accept", vec![Value::Number(3), Value::Null, Value::Null]), "accept(3, NULL, NULL)"),
        (call("bind", vec![Value::Number(3), any, Value::Number(16)]), "bind(3, {AF_INET, 0.0.0.0:3001}, 16)"),
        (call("bind", vec![six]), "bind({AF_INET6, [::1]:3001})"),
        (call("bind", vec![Value::Address(Address::Unix(b"/tmp/s".to_vec()))]), "bind({AF_UNIX, \"/tmp/s\"})"),
        (call("bind", vec![Value::Address(Address::Unix(b"\0s".to_vec()))]), "bind({AF_UNIX, @\"s\"})"),
        (
            call("bind", vec![Value::Address(Address::Other { family: 2, bytes: vec![12, 5] })]),
            "bind({AF_INET, \"\\x0c\\x05\"})",
        ),
        (call("getpid", vec![]), "getpid()"),
        (
            call("send", vec![Value::Number(4), bytes(b"GET / \r\n\0\xff\x1b"), Value::Number(9), Value::Number(0)]),
            "send(4, \"GET / \\r\\n\\x00\\xff\\x1b\", 9, 0)",
        ),
        (
            call("setsockopt", vec![symbol("SOL_SOCKET"), number_fields(&[("l_onoff", 1), ("l_linger", 0)])]),
            "setsockopt(SOL_SOCKET, {l_onoff=1, l_linger=0})",
        ),
        (
            call("poll", vec![Value::List(vec![number_fields(&[("fd", 3)])]), Value::Number(1), Value::Number(-1)]),
            "poll([{fd=3}], 1, -1)",
        ),
        (call("FD_SET", vec![Value::Number(3), Value::List(vec![Value::Number(3)])]), "FD_SET(3, [3])"),
        (call("htons", vec![symbol("htons(3001)"), Value::Opaque("&addr".into())]), "htons(htons(3001), &addr)"),
    ];
    for (call, text) in rows {
        assert_eq!(format_call(&call), text);
        assert_eq!(parse_call(text), Ok((call, None)), "{text}");
    }
}

#[test]
fn outcomes_follow_the_way_each_function_fails() {
    let rows = [
        ("accept", Outcome::Returned(Answer::Number(4)), " = 4"),
        ("bind", Outcome::Failed(Errno::EADDRINUSE), " = -1 EADDRINUSE"),
        ("bind", Outcome::Failed(Errno::new(999)), " = -1 ERRNO_999"),
        ("inet_ntop", Outcome::Failed(Errno::ENOSPC), " = NULL ENOSPC"),
        ("pthread_create", Outcome::Failed(Errno::EAGAIN), " = 11 EAGAIN"),
        ("inet_ntop", Outcome::Returned(Answer::Text(b"127.0.0.1".to_vec())), " = \"127.0.0.1\""),
        ("getaddrinfo", Outcome::Unresolved(GaiError::EAI_NONAME), " = -2 EAI_NONAME"),
        ("send", Outcome::Killed(Signal::SIGPIPE), " = ? SIGPIPE"),
        ("send", Outcome::Killed(Signal::new(99)), " = ? SIGNAL_99"),
        ("exit", Outcome::Exited(3), " = ? exit(3)"),
        ("signal", Outcome::Returned(Answer::Pointer { null: true }), " = NULL"),
        ("memset", Outcome::Returned(Answer::Pointer { null: false }), " = 0x…"),
    ];
    for (name, outcome, text) in rows {
        assert_eq!(format_outcome(Name::from(name), &outcome), text);
        assert_eq!(parse_call(&format!("{name}(){text}")), Ok((call(name, vec![]), Some(outcome))), "{text}");
    }
    assert_eq!(format_outcome(Name::Freeaddrinfo, &Outcome::Returned(Answer::Nothing)), "");
}

#[test]
fn long_buffers_are_cut_between_characters() {
    let send = call("send", vec![bytes("aé".repeat(20).as_bytes())]);
    assert_eq!(format_call_within(&send, 3), "send(\"aé\"…)");
    assert_eq!(format_call_within(&send, 2), "send(\"a\"…)");
    assert_eq!(format_call_within(&send, 0), "send(\"\"…)");
    let within = |data: &[u8], limit| format_call_within(&call("dup", vec![bytes(data)]), limit);
    assert_eq!((within(b"abc", 3), within(b"abc", 2)), ("dup(\"abc\")".into(), "dup(\"ab\"…)".into()));
    assert_eq!(within("a\u{1f600}".as_bytes(), 4), "dup(\"a\"…)");
    assert_eq!(within("\u{1f600}b".as_bytes(), 4), "dup(\"\u{1f600}\"…)");
    // No character starts near enough.
    assert_eq!(within(&[0x80; 6], 5), "dup(\"\\x80\\x80\\x80\\x80\\x80\"…)");
    let known = call("recv", vec![Value::Bytes { data: b"abc".to_vec(), total: 500 }]);
    assert_eq!(format_call(&known), "recv(\"abc\"…)");
    assert!(parse_call("recv(\"abc\"…)").is_err());
}

#[test]
fn what_no_terminal_may_receive_is_spelled() {
    let hostile = "\u{1b}]0;x\u{7}\u{9b}\u{202e}\u{200b}\u{feff}\u{301}é";
    let shown = escape(hostile.as_bytes());
    assert_eq!(shown, "\\x1b]0;x\\x07\\xc2\\x9b\\xe2\\x80\\xae\\xe2\\x80\\x8b\\xef\\xbb\\xbf\\xcc\\x81é");
}

#[test]
fn what_is_not_in_the_notation_is_refused() {
    let deep = format!("dup({}", "[".repeat(100_000));
    let rows = [
        "",
        "dup",
        "dup(",
        "dup(1",
        "dup(1,2)",
        "dup(1) = ",
        "dup(\"a)",
        "dup({AF_INET, 1.2.3})",
        "dup(\"\\q\")",
        "dup({a})",
        &deep,
    ];
    for text in rows {
        assert!(parse_call(text).is_err(), "{}", text.get(..20).unwrap_or(text));
    }
}

#[test]
fn an_error_says_where_and_why() {
    let lists = |count: usize| format!("dup({}1", "[".repeat(count));
    assert_eq!(parse_call(&lists(15)).unwrap_err().what, Fault::Missing(']'));
    let deep = lists(16);
    for (text, offset, what) in [
        ("", 0, Fault::NoName),
        ("(1)", 0, Fault::NoName),
        ("dup", 3, Fault::Missing('(')),
        ("dup(", 4, Fault::NoValue),
        ("dup(, 1)", 4, Fault::NoValue),
        ("dup(1", 5, Fault::Missing(')')),
        ("dup(1,2)", 5, Fault::Missing(')')),
        ("dup([1)", 6, Fault::Missing(']')),
        (&deep, 20, Fault::TooDeep),
        ("dup(\"a)", 7, Fault::Missing('"')),
        ("dup(\"ab\"…)", 8, Fault::Cut),
        ("dup(\"\\q\")", 7, Fault::BadEscape),
        ("dup(\"\\x4\")", 7, Fault::BadEscape),
        ("dup(\"\\x+4\")", 7, Fault::BadEscape),
        ("dup(\"\\x4", 7, Fault::BadEscape),
        ("dup({a})", 6, Fault::Missing('=')),
        ("dup({=1})", 5, Fault::NoName),
        ("dup({a=1 b=2})", 8, Fault::Missing('}')),
        ("dup({a=1", 8, Fault::Missing('}')),
        ("dup({AF_INET, 1.2.3})", 19, Fault::BadAddress),
        ("dup({AF_INET 1})", 12, Fault::BadAddress),
        ("dup({AF_INET, 1.2.3.4:5", 23, Fault::Missing('}')),
        ("dup({AF_INET6, ::1})", 18, Fault::BadAddress),
        ("dup({AF_INET6, [::1]:1, flow=2})", 30, Fault::BadAddress),
        ("dup({AF_250})", 11, Fault::BadAddress),
        ("dup({AF_x, \"a\"})", 9, Fault::BadAddress),
        ("dup({AF_UNIX, x})", 14, Fault::Missing('"')),
        ("dup(1)x", 6, Fault::Trailing),
        ("dup(1) = ", 9, Fault::BadOutcome),
        ("dup(1) = x", 9, Fault::BadOutcome),
        ("dup(1) = -1 EFOO", 9, Fault::BadOutcome),
        ("dup(1) = x EAI_FAIL", 9, Fault::BadOutcome),
        ("dup(1) = ? exit(3", 9, Fault::BadOutcome),
        ("dup(1) = ? exit(x)", 9, Fault::BadOutcome),
        ("dup(1) = ? SIGFOO", 9, Fault::BadOutcome),
        ("dup(1) = \"a\"…", 12, Fault::Cut),
    ] {
        assert_eq!(parse_call(text), Err(NotationError { offset, what }), "{text}");
    }
}

#[test]
fn each_value_is_read_as_what_it_is() {
    let list = |numbers: &[i64]| Value::List(numbers.iter().map(|number| Value::Number(*number)).collect());
    let opaque = |text: &str| Value::Opaque(text.to_owned());
    for (text, expected) in [
        ("dup(a(b, c), a(b)c, a((b))|A)", vec![symbol("a(b, c)"), opaque("a(b)c"), opaque("a((b))|A")]),
        ("dup(A, _a, a, NULL, -7)", vec![symbol("A"), symbol("_a"), opaque("a"), Value::Null, Value::Number(-7)]),
        ("dup([], {}, [1, 2])", vec![list(&[]), Value::Record(vec![]), list(&[1, 2])]),
        ("dup([16], [a])", vec![Value::Length(16), Value::List(vec![opaque("a")])]),
        ("poll([3], [3])", vec![list(&[3]), Value::Length(3)]),
        ("FD_ZERO([3])", vec![list(&[3])]),
        ("freeaddrinfo([3])", vec![list(&[3])]),
        (
            "dup({a=1, b={c=2}})",
            vec![Value::Record(vec![("a".to_owned(), Value::Number(1)), ("b".to_owned(), number_fields(&[("c", 2)]))])],
        ),
        ("dup(\"\\n\\r\\t\\0\\\"\\\\\\x4a\u{e9}\")", vec![bytes(b"\n\r\t\0\"\\J\xc3\xa9")]),
        ("dup({AF_NETLINK, \"a\"})", vec![Value::Address(Address::Other { family: 16, bytes: b"a".to_vec() })]),
    ] {
        let name = text.split('(').next().unwrap();
        assert_eq!(parse_call(text), Ok((call(name, expected), None)), "{text}");
    }
}

#[test]
fn an_address_is_written_with_what_it_has() {
    let other = |family| Address::Other { family, bytes: b"a\x01".to_vec() };
    let six = |flow, scope| Address::Inet(SocketAddrV6::new(Ipv6Addr::LOCALHOST, 80, flow, scope).into());
    for (address, text) in [
        (Address::Unix(Vec::new()), "{AF_UNIX}"),
        (six(0, 3), "{AF_INET6, [::1%3]:80}"),
        (six(7, 0), "{AF_INET6, [::1]:80, flowinfo=7}"),
        (other(10), "{AF_INET6, \"a\\x01\"}"),
        (other(1), "{AF_1, \"a\\x01\"}"),
        (other(250), "{AF_250, \"a\\x01\"}"),
    ] {
        let one = call("dup", vec![Value::Address(address)]);
        assert_eq!(format_call(&one), format!("dup({text})"));
        assert_eq!(parse_call(&format!("dup({text})")), Ok((one, None)), "{text}");
    }
}

fn address() -> impl Strategy<Value = Address> {
    prop_oneof![
        (any::<[u8; 4]>(), any::<u16>())
            .prop_map(|(ip, port)| SocketAddrV4::new(ip.into(), port).into())
            .prop_map(Address::Inet),
        (any::<[u8; 16]>(), any::<u16>(), any::<u32>(), any::<u32>())
            .prop_map(|(ip, port, flow, scope)| Address::Inet(SocketAddrV6::new(ip.into(), port, flow, scope).into())),
        any::<Vec<u8>>().prop_map(Address::Unix),
        (any::<u16>(), any::<Vec<u8>>()).prop_map(|(family, bytes)| Address::Other { family, bytes }),
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::Number),
        "[A-Z_]{1,6}(\\|[A-Z_]{1,6})?".prop_filter("NULL", |text| text != "NULL").prop_map(Value::Symbol),
        "(htons|htonl)\\([0-9]{1,5}\\)".prop_map(Value::Symbol),
        "&?[a-z][a-z_.]{0,8}".prop_map(Value::Opaque),
        any::<Vec<u8>>().prop_map(|data| Value::Bytes { total: data.len(), data }),
        address().prop_map(Value::Address),
        Just(Value::Null),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Value::List),
            prop::collection::vec(("[a-z_]{1,8}", inner), 0..4).prop_map(Value::Record),
        ]
    })
}

/// A lone number between brackets is a length at the top, and a list below.
fn argument() -> impl Strategy<Value = Value> {
    prop_oneof![4 => value(), 1 => any::<i64>().prop_map(Value::Length)]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        any::<i64>().prop_map(|number| Outcome::Returned(Answer::Number(number))),
        prop::collection::vec(any::<u8>(), 0..100).prop_map(|text| Outcome::Returned(Answer::Text(text))),
        any::<bool>().prop_map(|null| Outcome::Returned(Answer::Pointer { null })),
        any::<i32>().prop_map(|number| Outcome::Failed(Errno::new(number))),
        any::<i32>().prop_map(|number| Outcome::Unresolved(GaiError::new(number))),
        any::<i32>().prop_map(|number| Outcome::Killed(Signal::new(number))),
        any::<i32>().prop_map(Outcome::Exited),
    ]
}

/// Whether a lone number between brackets is a list there.
fn takes_lists(name: Name) -> bool {
    let parameters = name.function().map_or(&[][..], |function| function.parameters);
    parameters.iter().any(|one| matches!(one.kind, Kind::Set | Kind::PollList | Kind::Pointer))
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        name in prop::sample::select(Name::all().filter(|name| !takes_lists(*name)).collect::<Vec<_>>()),
        arguments in prop::collection::vec(argument(), 0..5),
        outcome in prop::option::of(outcome()),
    ) {
        let call = Call { name, arguments };
        let end = outcome.as_ref().map(|outcome| format_outcome(name, outcome)).unwrap_or_default();
        let text = format!("{}{end}", format_call_within(&call, usize::MAX));
        prop_assert_eq!(parse_call(&text), Ok((call, outcome)), "{}", text);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,60}") {
        let _ = parse_call(&text);
    }

    #[test]
    fn nothing_escaped_can_act(data in any::<Vec<u8>>()) {
        prop_assert!(escape(&data).chars().all(super::printable));
    }
}
