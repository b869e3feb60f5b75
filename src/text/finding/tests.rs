use unicode_width::UnicodeWidthStr;

use super::{
    Said, TITLE_WIDTH, composed, exhibit, general, on, page, remark, said, severity, tally, title, without_facts,
};
use crate::author::typography;
use crate::finding::{Detail, Evidence, Exhibit, Finding, Id, Severity};
use crate::observed::Ending;
use crate::state::Cause;
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::errno::Errno;
use crate::syscall::signal::Signal;

const SEVERITIES: [Severity; 4] = [Severity::Defect, Severity::Weakness, Severity::Advice, Severity::Information];

/// One of each, large where that is possible.
fn details() -> Vec<Detail> {
    let cause = Cause::HeldByProcess { port: 65535, pid: 4_194_304, command: "python3".into(), state: "LISTEN".into() };
    vec![
        Detail::Unread { bytes: 74 },
        Detail::Length { given: 255, wanted: 12 },
        Detail::Ports { used: 47115, meant: 3000 },
        Detail::Port { port: 65535 },
        Detail::Address { address: "255.255.255.255:3001".into() },
        Detail::Clients { count: 3 },
        Detail::Times { count: 1_000_000 },
        Detail::Zombies { count: 2 },
        Detail::Descriptors { count: 12 },
        Detail::Call { name: "recvfrom".into() },
        Detail::Errno { errno: Errno::EADDRINUSE },
        Detail::Signal { signal: Signal::SIGPIPE },
        Detail::Bytes { bytes: b"bonjour\0reste `x` \"y\" et encore".to_vec() },
        Detail::Field { text: "Content-Lenght".into() },
        Detail::Cause { cause },
        Detail::Peer { pid: 42, command: "nc".into() },
        Detail::Function { name: "gethostbyname".into() },
        Detail::Client { is_client: true },
    ]
}

fn finding(id: Id, severity: Severity, details: Vec<Detail>) -> Finding {
    Finding { id, severity, pid: 41822, fd: Some(1023), evidence: Vec::new(), details, count: 3 }
}

/// Everything that is said of every id: without details, with all, with each alone, under every severity.
fn everything() -> Vec<(Id, Said)> {
    let mut cases: Vec<Vec<Detail>> = details().into_iter().map(|detail| vec![detail]).collect();
    cases.extend([Vec::new(), details()]);
    cases.extend([(8, 40), (0, 16), (1, 1)].map(|(given, wanted)| vec![Detail::Length { given, wanted }]));
    for address in ["0.0.0.0:80", "[::]:80", "127.0.0.1:80", "/tmp/s"] {
        cases.push(vec![Detail::Address { address: address.into() }]);
    }
    for call in ["socket", "bind", "listen", "accept", "connect", "getsockname"] {
        cases.push(vec![Detail::Call { name: call.into() }]);
    }
    for function in ["gethostbyaddr", "inet_addr", "inet_ntoa", "gets", "bzero"] {
        cases.push(vec![Detail::Function { name: function.into() }]);
    }
    let every = |id: Id| {
        let page = page(id);
        let pairs = SEVERITIES.into_iter().flat_map(|severity| cases.iter().map(move |details| (severity, details)));
        let said = pairs.map(|(severity, details)| (id, on(&finding(id, severity, details.clone()), &page)));
        said.chain([(id, general(id, &page))]).collect::<Vec<_>>()
    };
    Id::all().flat_map(every).collect()
}

fn assert_well_set(text: &str) {
    let prose: String = text.split('`').step_by(2).collect::<Vec<_>>().join("x");
    let prose = prose.replace("\\\"", "");
    assert_eq!(typography::faults(&prose), Vec::new(), "{text}");
    assert!(text.matches('`').count().is_multiple_of(2), "{text}");
    for wrong in ["  ", " .", " ,", "..", "()", " )", ",,", "« ", " »", "\x1b"] {
        assert!(!prose.replace("\u{a0}", "_").contains(wrong), "{wrong:?} in {text}");
    }
}

#[test]
fn titles_fit_on_a_line() {
    for (id, said) in everything() {
        assert!(said.title.width() <= TITLE_WIDTH, "{}: {} ({})", id.name(), said.title, said.title.width());
        assert!(said.title.ends_with('.') && !said.title.contains('`'), "{}", said.title);
    }
}

#[test]
fn every_part_is_a_sentence_well_set() {
    for (id, said) in everything() {
        for text in [&said.title, &said.happened, &said.why, &said.instead] {
            assert!(text.chars().count() > 20, "{}: {text}", id.name());
            assert_well_set(text);
            assert!(text.ends_with(['.', '`', ':']), "{}: {text}", id.name());
            // A terminal shows no backquotes: prose behind a statement's semicolon reads as code.
            assert!(text.split(";`").skip(1).all(str::is_empty), "{}: {text}", id.name());
        }
    }
}

#[test]
fn examples_of_sentences() {
    let unread = finding(Id::RequestNotRead, Severity::Defect, vec![Detail::Unread { bytes: 74 }]);
    assert_eq!(title(&unread), "Votre serveur ferme la connexion sans avoir lu la requête.");
    assert_eq!(
        said(&unread).happened,
        "Il répond, puis ferme le descripteur 1023, alors que 74 octets reçus n’ont pas été lus."
    );
    let bind = vec![Detail::Call { name: "bind".into() }, Detail::Errno { errno: Errno::EADDRINUSE }];
    assert_eq!(
        said(&finding(Id::UncheckedSetup, Severity::Defect, bind)).happened,
        "`bind` rend -1 (EADDRINUSE\u{a0}: «\u{a0}Adresse déjà utilisée\u{a0}»), et le programme poursuit comme si l’appel \
         avait réussi."
    );
    let connect = finding(Id::UncheckedSetup, Severity::Defect, vec![Detail::Call { name: "connect".into() }]);
    assert!(said(&connect).instead.contains("`if (connect(…) == -1) { perror(\"connect\"); exit(EXIT_FAILURE); }`"));
    let port = vec![Detail::Ports { used: 47115, meant: 3000 }];
    assert_eq!(title(&finding(Id::MissingHtons, Severity::Defect, port)), "Le port 47115 est 3000 sans htons.");
}

fn called(name: &str, arguments: Vec<Value>, result: i64) -> Evidence {
    let call = Call { name: name.into(), arguments };
    let ending = Some(Ending::Done(Outcome::Returned(Answer::Number(result))));
    let exhibit = Exhibit::Call { call, ending, injected: name == "send" };
    Evidence { pid: 1, at_us: 0, exhibit, source: None, remark: None }
}

#[test]
fn what_the_evidence_shows_is_what_is_said() {
    let mut bind = finding(Id::UncheckedSetup, Severity::Defect, vec![Detail::Call { name: "bind".into() }]);
    assert!(!said(&bind).why.contains("au hasard"));
    bind.evidence.push(called("listen", vec![], 0));
    assert!(said(&bind).why.contains("au hasard"));
    let mut short = finding(Id::ShortSendIgnored, Severity::Advice, vec![Detail::Length { given: 3, wanted: 6 }]);
    let bytes = Value::Bytes { data: b"bonjour\n".to_vec(), total: 8 };
    short.evidence.push(called("send", vec![Value::Number(4), bytes, Value::Number(8), Value::Number(0)], 3));
    assert!(said(&short).happened.starts_with("`send` a pris 3 octets sur 8."), "{}", said(&short).happened);
    assert!(said(&short).happened.contains("socketlab"));
}

#[test]
fn what_this_machine_knows_is_said() {
    let cause = Cause::HeldByProcess { port: 3001, pid: 7, command: "python3".into(), state: "LISTEN".into() };
    let said = said(&finding(Id::PortInUse, Severity::Information, vec![Detail::Cause { cause }]));
    assert_eq!(said.happened, "Le port 3001 est pris par python3 (pid 7), à l’écoute.");
    assert!(said.instead.ends_with("`ss -tlnp`"), "{}", said.instead);
}

#[test]
fn what_the_program_chose_cannot_harm() {
    let hostile = "\u{1b}[2J`x`\u{202e}\n";
    let details = vec![
        Detail::Address { address: hostile.into() },
        Detail::Bytes { bytes: [hostile.as_bytes(), &[0xff; 100]].concat() },
        Detail::Field { text: hostile.into() },
        Detail::Peer { pid: 1, command: hostile.into() },
        Detail::Function { name: hostile.into() },
    ];
    for id in Id::all() {
        let said = said(&finding(id, Severity::Defect, details.clone()));
        for text in [said.title, said.happened, said.why, said.instead] {
            assert!(!text.contains(['\u{1b}', '\n', '\u{202e}']), "{text:?}");
            assert!(text.matches('`').count().is_multiple_of(2), "{text}");
        }
    }
    for detail in &details {
        assert!(!remark(detail).unwrap_or_default().contains(['\u{1b}', '\n', '\u{202e}', '`']));
    }
}

#[test]
fn remarks_and_exhibits_are_short() {
    for detail in details() {
        if let Some(text) = remark(&detail) {
            assert!(text.width() <= 76 && !text.ends_with('.'), "{text}");
            assert_well_set(&text);
        }
    }
    assert_eq!(remark(&Detail::Unread { bytes: 74 }).as_deref(), Some("74 octets n’ont pas été lus"));
    assert_eq!(remark(&Detail::Unread { bytes: 1 }).as_deref(), Some("1 octet n’a pas été lu"));
    assert_eq!(exhibit(&Exhibit::Exited { code: 0 }, 7).as_deref(), Some("le processus 7 se termine (code 0)"));
    let killed = Exhibit::Killed { signal: Signal::SIGPIPE };
    assert_eq!(exhibit(&killed, 7).as_deref(), Some("le processus 7 est tué par SIGPIPE"));
}

#[test]
fn what_is_spared_ends_a_sentence() {
    for id in Id::all() {
        let text = &page(id).spared;
        assert!(text.ends_with('.') && text.chars().next().is_some_and(char::is_lowercase), "{text}");
        assert_well_set(text);
    }
}

#[test]
fn severities_are_counted() {
    assert_eq!(tally(2, 1, 0, 0), "2 défauts, 1 fragilité");
    assert_eq!(tally(0, 2, 1, 3), "2 fragilités, 1 conseil, 3 informations");
    assert_eq!(tally(0, 0, 0, 0), "rien à signaler");
    assert_eq!(severity(Severity::Advice), "conseil");
}

/// A part that the page says and that the facts compose always would never be read in the page.
#[test]
fn each_part_is_in_the_page_or_is_composed() {
    for id in Id::all() {
        let composed = composed(&without_facts(id));
        let own = [composed.title, composed.happened, composed.why, composed.instead];
        for ((part, in_page), own) in page(id).parts().into_iter().zip(own) {
            assert!(in_page != own.is_some(), "{}: {part}", id.name());
        }
    }
}
