//! From the events of `socketlab trace --format json`.

use serde_json::Value;

use super::Called;
use super::tree::{Reader, Tree};

/// Every call that has returned since the mark, in order.
pub fn calls(events: &[Value]) -> Vec<Called> {
    let from = events.iter().skip_while(|event| !(event["call"] == "listen" && event["args"][1] == super::MARK));
    from.filter(|event| event["event"] == "returned").map(called).collect()
}

fn called(event: &Value) -> Called {
    let name = event["call"].as_str().expect("a call").to_owned();
    let arguments = event["args"].as_array().expect("arguments").iter().map(argument);
    let result = match (event["interrupted"].as_bool(), event["errno"].as_str(), event["result"].as_i64()) {
        (Some(true), ..) => "interrupted".to_owned(),
        (_, Some(errno), _) => format!("-1 {errno}"),
        (_, None, number) => number.map_or_else(|| "?".to_owned(), |number| number.to_string()),
    };
    let arguments = arguments.map(|tree| settled(&name, &tree, &result)).collect();
    let pid = event["pid"].as_i64().expect("a process");
    Called { pid, name, arguments, result }
}

fn argument(value: &Value) -> Tree {
    match value {
        Value::Null => Tree::atom("NULL"),
        Value::Number(number) => Tree::Atom(number.to_string()),
        Value::String(text) => tree(text),
        octets => {
            let text = tree(&format!("\"{}\"", octets["escaped"].as_str().expect("bytes")));
            let Tree::Text(bytes) = &text else { unreachable!() };
            assert_eq!(Some(bytes.len() as u64), octets["length"].as_u64(), "bytes were cut: {octets}");
            text
        }
    }
}

fn tree(text: &str) -> Tree {
    let mut reader = Reader::new(text);
    // As an item of a list, so that a notation is read as it is inside one.
    let mut items = reader.items_to_the_end();
    assert_eq!(items.len(), 1, "one argument in `{text}`");
    items.remove(0).1
}

/// What strace(1) does not say is not compared.
fn settled(name: &str, tree: &Tree, result: &str) -> Tree {
    let tree = tree.settled().changed(&|part| match (&part, part.field("fd").and_then(Tree::number)) {
        // A negative descriptor of poll is not watched.
        (Tree::Record(_), Some(..=-1)) => part.without(&["events"]),
        _ => part,
    });
    match tree {
        Tree::Record(_) | Tree::List(_) if matches!(name, "recvmsg" | "recvmmsg") && result.starts_with("-1") => {
            Tree::atom("UNFILLED")
        }
        tree => tree,
    }
}
