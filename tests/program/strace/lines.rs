//! From the lines of `strace -f -xx`: names of the kernel become those of C, and what it says beside the arguments
//! goes into them.

use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::Called;
use super::tree::{Reader, Tree};

/// Every call that has returned since the mark, in order; signals and ends are left out.
pub fn calls(text: &str) -> Vec<Called> {
    let mut unfinished: HashMap<&str, String> = HashMap::new();
    let mut calls = Vec::new();
    let mark = format!("listen(-1, {})", super::MARK);
    for line in text.lines().skip_while(|line| !line.contains(&mark)) {
        let (pid, rest) = line.split_once(' ').expect("a process");
        let rest = rest.trim_start();
        if rest.starts_with("---") || rest.starts_with("+++") {
            continue;
        }
        if let Some(beginning) = rest.strip_suffix(" <unfinished ...>") {
            unfinished.insert(pid, beginning.to_owned());
        } else if let Some(resumed) = rest.strip_prefix("<... ") {
            let end = resumed.split_once("resumed>").expect("a resumed call").1;
            let whole = unfinished.remove(pid).expect("a call that began") + end;
            calls.push(called(pid, &whole));
        } else {
            calls.push(called(pid, rest));
        }
    }
    calls
}

/// A call as strace writes it.
struct Written {
    name: String,
    arguments: Vec<(String, Tree)>,
    /// The result, and what strace adds to it.
    result: String,
    beside: String,
}

fn called(pid: &str, text: &str) -> Called {
    let (name, rest) = text.split_once('(').expect("a call");
    let mut reader = Reader::new(rest);
    let arguments = reader.items(")");
    let end = reader.rest().trim_start().strip_prefix("= ").expect("a result");
    let (result, beside) = result(end);
    let written = Written { name: name.to_owned(), arguments, result, beside: beside.to_owned() };
    let (name, arguments) = translated(written.name.as_str(), &written);
    let arguments = arguments.iter().map(Tree::settled).collect();
    Called { pid: pid.parse().expect("a number"), name, arguments, result: written.result }
}

fn result(text: &str) -> (String, &str) {
    let (value, rest) = text.split_once(' ').unwrap_or((text, ""));
    let first = rest.split(' ').next().unwrap_or_default();
    match value {
        "?" if first.starts_with("ERESTART") => ("interrupted".to_owned(), ""),
        "?" => ("?".to_owned(), ""),
        "-1" => (format!("-1 {first}"), ""),
        _ => (Tree::atom(value).settled().to_string(), rest),
    }
}

impl Written {
    fn values(&self) -> Vec<Tree> {
        self.arguments.iter().map(|(_, value)| changed(self, value)).collect()
    }

    fn is_null(&self, index: usize) -> bool {
        self.arguments.get(index).is_some_and(|(_, value)| *value == Tree::atom("NULL"))
    }

    fn failed(&self) -> bool {
        self.result.starts_with("-1 ")
    }
}

/// Names that strace prefers.
const SYNONYMS: &[(&str, &str)] = &[
    ("SOL_TCP", "IPPROTO_TCP"),
    ("SOL_IP", "IPPROTO_IP"),
    ("SOL_IPV6", "IPPROTO_IPV6"),
    ("SO_RCVTIMEO_OLD", "SO_RCVTIMEO"),
    ("SO_SNDTIMEO_OLD", "SO_SNDTIMEO"),
    ("WSTOPPED", "WUNTRACED"),
    ("18446744073709551615", "-1"),
];

/// One argument, whichever call it is of.
fn changed(call: &Written, tree: &Tree) -> Tree {
    let named = tree.mapped(&|text| {
        let one = |bit: &str| SYNONYMS.iter().find(|row| row.0 == bit).map_or(bit, |row| row.1).to_owned();
        text.split('|').map(one).collect::<Vec<_>>().join("|")
    });
    named.changed(&|part| match part {
        Tree::Change(before, after) => {
            if call.failed() {
                *before
            } else {
                *after
            }
        }
        Tree::Record(fields) => record(Tree::Record(fields)),
        other => other,
    })
}

fn record(tree: Tree) -> Tree {
    if let Some(family) = tree.field("sa_family") {
        return address(family.word().expect("a family"), &tree);
    }
    if let (Some(data), Some(_)) = (tree.field("data").and_then(|data| data.field("u32")), tree.field("events")) {
        let data = Tree::Record(vec![("fd".to_owned(), data.clone())]);
        return Tree::Record(vec![
            ("events".to_owned(), tree.field("events").expect("seen").clone()),
            ("data".to_owned(), data),
        ]);
    }
    if tree.field("sa_handler").is_some() {
        return action(tree);
    }
    if let Some(code) = tree.field("si_code") {
        let status = tree.field("si_status").expect("a status").to_string();
        let ended = if *code == Tree::atom("CLD_EXITED") { format!("exit({status})") } else { status };
        let pid = tree.field("si_pid").expect("a process").clone();
        return Tree::Record(vec![("si_pid".to_owned(), pid), ("si_status".to_owned(), Tree::Atom(ended))]);
    }
    if let Tree::Record(fields) = &tree
        && let [(name, Tree::Atom(text))] = fields.as_slice()
        && name.is_empty()
        && text.starts_with("WIF")
    {
        return Tree::Atom(status(text));
    }
    tree.without(&["cmsg_len"])
}

fn status(text: &str) -> String {
    let value = text.split("== ").nth(1).expect("a value").split(' ').next().expect("a value");
    match text.split('(').next() {
        Some("WIFEXITED") => format!("exit({value})"),
        Some("WIFSIGNALED") => format!("{value}{}", if text.contains("WCOREDUMP") { "|WCOREDUMP" } else { "" }),
        _ => format!("stopped({value})"),
    }
}

fn bare(parts: Vec<Tree>) -> Tree {
    Tree::Record(parts.into_iter().map(|part| (String::new(), part)).collect())
}

/// What a function was applied to: `htons(3001)`, `inet_addr("…")`.
fn applied(tree: &Tree) -> Vec<Tree> {
    let text = tree.word().expect("a function");
    let inside = text.split_once('(').expect("a function").1.strip_suffix(')').expect("its end");
    Reader::new(inside).items_to_the_end().into_iter().map(|(_, value)| value).collect()
}

fn spelled(tree: &Tree) -> String {
    let Tree::Text(bytes) = tree else { panic!("{tree} is no string") };
    String::from_utf8(bytes.clone()).expect("an address")
}

fn address(family: &str, tree: &Tree) -> Tree {
    let port = |name: &str| applied(tree.field(name).expect("a port"))[0].to_string();
    if let Some(Tree::Text(data)) = tree.field("sa_data") {
        return short_address(family, data);
    }
    match family {
        "AF_INET" => {
            let ip: Ipv4Addr = spelled(&applied(tree.field("sin_addr").expect("an address"))[0]).parse().expect("IPv4");
            bare(vec![Tree::atom("AF_INET"), Tree::Atom(format!("{ip}:{}", port("sin_port")))])
        }
        "AF_INET6" => {
            let Tree::Record(fields) = tree else { unreachable!() };
            let ip = fields.iter().find(|(name, _)| name.is_empty()).expect("an address");
            let ip: Ipv6Addr = spelled(&applied(&ip.1)[1]).parse().expect("IPv6");
            bare(vec![Tree::atom("AF_INET6"), Tree::Atom(format!("[{ip}]:{}", port("sin6_port")))])
        }
        "AF_UNIX" => {
            bare([Some(Tree::atom("AF_UNIX")), tree.field("sun_path").cloned()].into_iter().flatten().collect())
        }
        _ => tree.clone(),
    }
}

/// An address that strace does not read, because its length is not the one of its family.
fn short_address(family: &str, data: &[u8]) -> Tree {
    if let ("AF_INET", [high, low, a, b, c, d, ..]) = (family, data) {
        let port = u16::from_be_bytes([*high, *low]);
        return bare(vec![Tree::atom("AF_INET"), Tree::Atom(format!("{a}.{b}.{c}.{d}:{port}"))]);
    }
    bare(vec![Tree::atom(family), Tree::Text(data.to_vec())])
}

/// The restorer is the C library's; an empty mask is not worth showing.
fn action(tree: Tree) -> Tree {
    let Tree::Record(fields) = tree.without(&["sa_restorer"]) else { unreachable!() };
    let kept = fields.into_iter().filter_map(|(name, value)| match (name.as_str(), value) {
        ("sa_mask", Tree::List(items)) if items.is_empty() => None,
        ("sa_mask", mask) => Some((name, signals(&mask))),
        ("sa_flags", flags) => {
            let kept: Vec<&str> = flags.word()?.split('|').filter(|bit| !is_the_library_s(bit)).collect();
            Some((name, Tree::Atom(if kept.is_empty() { "0".to_owned() } else { kept.join("|") })))
        }
        (_, value) => Some((name, value)),
    });
    Tree::Record(kept.collect())
}

/// The flag of the restorer, and the sign that strace extends where SA_RESETHAND is the highest bit.
fn is_the_library_s(bit: &str) -> bool {
    bit == "SA_RESTORER" || bit == "0xffffffff00000000"
}

/// `[INT USR1]` is `[SIGINT, SIGUSR1]`, in the order of their numbers.
fn signals(mask: &Tree) -> Tree {
    let Tree::List(items) = mask else { return mask.clone() };
    let number = |item: &Tree| socketlab::syscall::signal::Signal::from_name(&format!("SIG{item}"));
    let mut held: Vec<_> = items.iter().map(|item| number(item).expect("a signal")).collect();
    held.sort_unstable();
    Tree::List(held.iter().map(|signal| Tree::atom(signal.name().expect("named"))).collect())
}

/// The call that C wrote.
fn translated(name: &str, call: &Written) -> (String, Vec<Tree>) {
    let mut values = call.values();
    let cut = |mut values: Vec<Tree>, count: usize| {
        values.truncate(count);
        values
    };
    let name = name.trim_end_matches("_time64").trim_end_matches("64").trim_start_matches('_');
    match name {
        "newselect" | "pselect6" | "select" => return selected(call, values),
        "sendto" if call.is_null(4) => return ("send".to_owned(), cut(values, 4)),
        "recvfrom" if call.is_null(4) => return ("recv".to_owned(), cut(values, 4)),
        "socket" | "socketpair" => {
            values[2] = values[2].mapped(&|text| if text == "IPPROTO_IP" { "0".to_owned() } else { text.to_owned() });
        }
        "wait4" if call.is_null(3) => return ("waitpid".to_owned(), cut(values, 3)),
        "wait4" => values[3] = Tree::atom("POINTER"),
        "waitid" => values = cut(values, 4),
        "pipe2" if values[1] == Tree::atom("0") => return ("pipe".to_owned(), cut(values, 1)),
        "rt_sigaction" => return ("sigaction".to_owned(), cut(values, 3)),
        "clone" | "clone3" => return cloned(call),
        "clock_nanosleep" if values[0] == Tree::atom("CLOCK_REALTIME") && values[1] == Tree::atom("0") => {
            // -1 nanosecond, read as a number of 32 bits without a sign.
            let signed = |text: &str| if text == "4294967295" { "-1".to_owned() } else { text.to_owned() };
            return ("nanosleep".to_owned(), values.split_off(2).iter().map(|value| value.mapped(&signed)).collect());
        }
        "epoll_pwait" if call.is_null(4) => return ("epoll_wait".to_owned(), cut(values, 4)),
        "epoll_pwait" => {
            values = cut(values, 5);
            values[4] = signals(&values[4]);
        }
        "poll" | "ppoll" => polled(call, &mut values),
        "setsockopt" | "getsockopt" => option(call, &mut values),
        "sendmsg" | "recvmsg" => values[1] = message(name, call, values[1].clone()),
        "recvmmsg" if call.failed() => values[1] = Tree::atom("UNFILLED"),
        "sendmmsg" | "recvmmsg" => values[1] = messages(name, call, values[1].clone()),
        "fcntl" if values.get(2) == Some(&Tree::atom("O_RDONLY")) => values[2] = Tree::atom("0"),
        _ => {}
    }
    (name.to_owned(), values)
}

/// The sets that came back are beside the result.
fn selected(call: &Written, mut values: Vec<Tree>) -> (String, Vec<Tree>) {
    for (index, word) in [(1, "in ["), (2, "out ["), (3, "except [")] {
        if !call.failed() && matches!(values[index], Tree::List(_)) {
            let found = call.beside.split_once(word).map(|(_, rest)| Reader::new(rest).items("]"));
            values[index] = Tree::List(found.unwrap_or_default().into_iter().map(|(_, fd)| fd).collect());
        }
    }
    let Some(mask) = values.get(5).cloned().filter(|_| !call.is_null(5)) else {
        values.truncate(5);
        values[4] = values[4].changed(&|tree| match tree.field("tv_nsec").and_then(Tree::number) {
            Some(nanoseconds) => Tree::Record(vec![
                ("tv_sec".to_owned(), tree.field("tv_sec").expect("seconds").clone()),
                ("tv_usec".to_owned(), Tree::Atom((nanoseconds / 1000).to_string())),
            ]),
            None => tree,
        });
        return ("select".to_owned(), values);
    };
    values[5] = signals(mask.field("sigmask").expect("a mask"));
    ("pselect".to_owned(), values)
}

/// What was found is beside the result: nothing for the others.
fn polled(call: &Written, values: &mut Vec<Tree>) {
    if values.len() == 5 {
        values.truncate(4);
        values[3] = signals(&values[3]);
    }
    let Tree::List(entries) = &mut values[0] else { return };
    if call.failed() {
        return;
    }
    let beside = call.beside.strip_prefix("([").map(|rest| Reader::new(rest).items("]")).unwrap_or_default();
    for entry in entries {
        let found = beside.iter().find(|(_, found)| found.field("fd") == entry.field("fd"));
        let found = found.and_then(|(_, found)| found.field("revents")).cloned().unwrap_or(Tree::atom("0"));
        if let Tree::Record(fields) = entry {
            fields.push(("revents".to_owned(), found));
        }
    }
}

fn cloned(call: &Written) -> (String, Vec<Tree>) {
    let flags = call.arguments.iter().find(|(name, _)| name == "flags").expect("flags").1.to_string();
    let mut bits: Vec<&str> = flags.split('|').collect();
    bits.retain(|bit| !matches!(*bit, "CLONE_CHILD_SETTID" | "CLONE_CHILD_CLEARTID"));
    if bits == ["SIGCHLD"] {
        return ("fork".to_owned(), Vec::new());
    }
    ("clone".to_owned(), vec![Tree::Atom(flags)])
}

/// Values that strace shows as bytes, or not at all.
fn option(call: &Written, values: &mut [Tree]) {
    let name = values[2].to_string();
    values[3] = match (name.as_str(), &values[3]) {
        ("SO_RCVTIMEO" | "SO_SNDTIMEO", Tree::Text(bytes)) => {
            let number = |bytes: &[u8]| {
                let mut wide = [0; 8];
                wide[..bytes.len()].copy_from_slice(bytes);
                Tree::Atom(i64::from_le_bytes(wide).to_string())
            };
            let (seconds, rest) = bytes.split_at(bytes.len() / 2);
            Tree::Record(vec![("tv_sec".to_owned(), number(seconds)), ("tv_usec".to_owned(), number(rest))])
        }
        ("TCP_CONGESTION", Tree::Text(bytes)) => {
            Tree::Text(bytes.iter().copied().take_while(|byte| *byte != 0).collect())
        }
        ("SO_TYPE", Tree::List(items)) if items == &[Tree::atom("1")] => Tree::List(vec![Tree::atom("SOCK_STREAM")]),
        // One byte of a longer option: strace leaves the pointer.
        ("SO_REUSEADDR", Tree::Atom(_)) if call.failed() && values[4] == Tree::atom("1") => {
            Tree::List(vec![Tree::atom("1")])
        }
        (_, value) => value.clone(),
    };
}

fn message(name: &str, call: &Written, tree: Tree) -> Tree {
    if name.starts_with("recv") && call.failed() && matches!(tree, Tree::Record(_)) {
        return Tree::atom("UNFILLED");
    }
    let mut hidden = vec!["msg_iovlen", "msg_controllen"];
    if name.starts_with("send") {
        hidden.push("msg_flags");
    }
    if tree.field("msg_name").is_none_or(|name| *name == Tree::atom("NULL")) {
        hidden.push("msg_namelen");
    }
    tree.without(&hidden)
}

fn messages(name: &str, call: &Written, tree: Tree) -> Tree {
    let Tree::List(items) = tree else { return tree };
    let one = |item: Tree| {
        let Tree::Record(fields) = item else { panic!("a message") };
        let fields = fields.into_iter().map(|(field, value)| match field.as_str() {
            "msg_hdr" => (field, message(name, call, value)),
            _ => (field, value),
        });
        Tree::Record(fields.collect())
    };
    Tree::List(items.into_iter().map(one).collect())
}
