//! The outputs shown in README.fr.md are those of the program: each block that begins with `$ socketlab …` is run again.
//! Process numbers, ephemeral ports and durations differ from run to run and are not compared; a line `…` skips any
//! number of lines.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use crate::support::binary::{run, socketlab};
use crate::support::{has, network};
use tempfile::TempDir;

/// A block of the page: the arguments of the command, and the lines shown below it.
struct Example {
    arguments: Vec<String>,
    shown: Vec<String>,
}

fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        match line.strip_prefix("    ") {
            Some(code) => match code.strip_prefix("$ socketlab") {
                Some(arguments) => {
                    let arguments = arguments.split_whitespace().map(str::to_owned).collect();
                    examples.push(Example { arguments, shown: Vec::new() });
                    inside = true;
                }
                None if inside => {
                    if let Some(example) = examples.last_mut() {
                        example.shown.push(code.to_owned());
                    }
                }
                None => {}
            },
            None if line.trim().is_empty() && inside => {
                if let Some(example) = examples.last_mut() {
                    example.shown.push(String::new());
                }
            }
            None => inside = false,
        }
    }
    examples
}

/// Process numbers, ephemeral ports and durations give way to `#`; spaces count for one.
fn comparable(line: &str) -> String {
    let line = line.split(" après ").next().unwrap_or_default();
    let mut words: Vec<String> = Vec::new();
    for word in line.split_whitespace() {
        let process = words.last().is_some_and(|last| ["(pid", "(tid"].iter().any(|mark| last.ends_with(mark)));
        words.push(match word {
            _ if process => "#)".to_owned(),
            _ if is_moment(word) => "#".to_owned(),
            _ => without_ephemeral_ports(word),
        });
    }
    words.join(" ")
}

/// `0.016249`, of a trace.
fn is_moment(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    word.split_once('.').is_some_and(|(seconds, rest)| digits(seconds) && digits(rest) && rest.len() == 6)
}

/// The program of the page, compiled as it says; `None` where there is no compiler.
fn traced_program(page: &str) -> Option<TempDir> {
    if !has("gcc") {
        return None;
    }
    let from_the_first = page.lines().skip_while(|line| *line != "    #include <arpa/inet.h>");
    let of_the_program = from_the_first.take_while(|line| line.is_empty() || line.starts_with("    "));
    let lines: Vec<&str> = of_the_program.map(|line| line.strip_prefix("    ").unwrap_or_default()).collect();
    let source = format!("{}\n", lines.join("\n"));
    assert!(page.contains("`gcc -g -o client client.c`"));
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("client.c"), source).unwrap();
    let mut gcc = Command::new("gcc");
    assert!(gcc.args(["-g", "-o", "client", "client.c"]).current_dir(folder.path()).status().unwrap().success());
    Some(folder)
}

/// The trace of the page, told on stderr.
fn check_trace(example: &Example, folder: &Path) {
    let ended = run(socketlab(&example.arguments).current_dir(folder));
    assert_eq!(ended.code(), Some(1), "{}", ended.whole());
    check(example, &ended.errors());
}

fn without_ephemeral_ports(word: &str) -> String {
    let Some((address, port)) = word.rsplit_once(':') else { return word.to_owned() };
    let digits = port.chars().take_while(char::is_ascii_digit).count();
    let (port, rest) = port.split_at(digits);
    if digits == 0 || port == "3001" { word.to_owned() } else { format!("{address}:#{rest}") }
}

/// Each shown line is printed, in the same order.
fn check(example: &Example, output: &str) {
    let printed: Vec<String> = output.lines().map(comparable).collect();
    let mut from = 0;
    for shown in example.shown.iter().map(|line| comparable(line)).filter(|line| !line.is_empty() && line != "…") {
        let found = printed[from..].iter().position(|line| *line == shown);
        assert!(
            found.is_some(),
            "« {shown} » is not printed by socketlab {:?} (after line {from}):\n{output}",
            example.arguments
        );
        from += found.unwrap_or_default() + 1;
    }
}

/// A server of the page, asleep in accept: what it has printed, and the thread that gathers the rest.
fn asleep(example: &Example) -> (Child, JoinHandle<String>) {
    let mut child = socketlab(&example.arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut text = String::new();
    while !text.contains("bloqué") {
        text.push_str(&lines.next().expect("the server sleeps in accept").unwrap());
        text.push('\n');
    }
    let rest = thread::spawn(move || lines.map_while(Result::ok).fold(text, |text, line| text + &line + "\n"));
    (child, rest)
}

#[test]
fn what_the_page_shows_is_what_the_program_prints() {
    network::private("what_the_page_shows_is_what_the_program_prints", || {
        let page = fs::read_to_string(crate::support::repository().join("README.fr.md")).unwrap();
        let examples = examples(&page);
        assert!(examples.len() >= 4, "the tour shows real commands");
        let mut server = None;
        for example in &examples {
            if example.arguments.first().is_some_and(|command| command == "serve") {
                server = Some((example, asleep(example)));
                continue;
            }
            if example.arguments.first().is_some_and(|command| command == "trace") {
                if let Some(folder) = traced_program(&page) {
                    check_trace(example, folder.path());
                }
                continue;
            }
            check(example, &run(&mut socketlab(&example.arguments)).text());
            // The next command of the page is its client.
            if let Some((example, (mut child, printed))) = server.take() {
                check(example, &printed.join().unwrap());
                assert!(child.wait().unwrap().success());
            }
        }
        assert!(server.is_none(), "the page shows no client of its server");
    });
}

#[test]
fn the_two_commands_are_those_of_the_project() {
    let page = fs::read_to_string(crate::support::repository().join("README.fr.md")).unwrap();
    let ci = fs::read_to_string(crate::support::repository().join(".ci/run")).unwrap();
    assert!(page.contains("    cargo run --release -- lesson 1\n"));
    assert!(page.contains("    tests/run\n") && ci.contains("    tests/run\n"));
}
