use super::explained;
use crate::author::typography;
use crate::observed::{Ending, Payload, Subject, Traced};
use crate::syscall::address::Address;
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::errno::Errno;
use crate::syscall::fault::parse;
use crate::syscall::signal::Signal;
use crate::syscall::sys::{Direction, Sys};

const TCP: Subject = Subject::Socket { family: 2, socket_type: 1, inode: 7 };
const UDP: Subject = Subject::Socket { family: 2, socket_type: 2, inode: 7 };

fn traced(sys: Sys, arguments: Vec<Value>, subject: Option<Subject>) -> Traced {
    let name = match sys {
        Sys::Sendto => "send",
        Sys::Recvfrom => "recv",
        Sys::RtSigaction => "sigaction",
        sys => sys.name().as_str(),
    };
    Traced { fd: Some(3), subject, ..Traced::bare(sys, Call { name: name.into(), arguments }) }
}

fn symbol(text: &str) -> Value {
    Value::Symbol(text.to_owned())
}

fn done(number: i64) -> Ending {
    Ending::Done(Outcome::Returned(Answer::Number(number)))
}

fn moving(sys: Sys, subject: Subject, asked: u64) -> Traced {
    let direction = if sys == Sys::Sendto { Direction::Sent } else { Direction::Received };
    let payload = Some(Payload { direction, data: vec![], asked, truncated: false, address: 0, beyond: vec![] });
    Traced { payload, ..traced(sys, vec![Value::Number(3)], Some(subject)) }
}

#[test]
fn every_call_is_explained_whatever_its_end() {
    let subjects = [None, Some(TCP), Some(UDP), Some(Subject::Pipe), Some(Subject::Terminal), Some(Subject::File)];
    for sys in Sys::all() {
        for subject in subjects {
            let mut ends: Vec<Ending> = [0, 1, 5, 4242].map(done).to_vec();
            ends.extend(Errno::all().map(|errno| Ending::Done(Outcome::Failed(errno))));
            ends.extend([Ending::Interrupted, Ending::Done(Outcome::Killed(Signal::SIGPIPE))]);
            for end in ends {
                let text = explained(&traced(sys, Vec::new(), subject), &end).unwrap_or_default();
                assert!(text.ends_with('.'), "{}: {text}", sys.name());
                let prose = text.split('`').step_by(2).collect::<Vec<_>>().join("x");
                assert_eq!(typography::faults(&prose), Vec::new(), "{}: {text}", sys.name());
                assert!(!text.contains("..") && !text.contains(" ."), "{text}");
            }
        }
    }
}

#[test]
fn what_the_kernel_did_is_named() {
    let at = |text: &str| Value::Address(Address::Inet(text.parse().unwrap()));
    let number = Value::Number;
    let socket = vec![symbol("AF_INET"), symbol("SOCK_STREAM|SOCK_CLOEXEC"), number(0)];
    let cases = [
        (traced(Sys::Socket, socket, None), done(3), "Le noyau crée le socket 3 (IPv4, TCP), sans adresse ni pair."),
        (
            traced(Sys::Accept, vec![number(3), at("127.0.0.1:50312"), Value::Length(16)], Some(TCP)),
            done(4),
            "La première connexion de la file, celle de 127.0.0.1:50312, devient le socket 4_; le socket d’écoute 3 n’en est \
             pas changé.",
        ),
        (
            traced(Sys::Bind, vec![number(3), at("0.0.0.0:3001"), number(16)], Some(TCP)),
            done(0),
            "Le socket 3 est attaché au port 3001, sur toutes les adresses de la machine_; personne ne peut encore s’y \
             connecter, c’est listen qui l’ouvrira.",
        ),
        (
            traced(Sys::Connect, vec![number(3), at("127.0.0.1:53"), number(16)], Some(UDP)),
            done(0),
            "Aucun paquet ne part~: le noyau retient 127.0.0.1:53 comme correspondant du socket 3.",
        ),
        (
            traced(Sys::Connect, vec![number(3), at("127.0.0.1:53"), number(16)], Some(TCP)),
            Ending::Done(Outcome::Failed(Errno::EINPROGRESS)),
            "La connexion est demandée, et le socket est non bloquant~: poll dira quand elle est faite.",
        ),
        (
            moving(Sys::Sendto, TCP, 5),
            done(5),
            "5 octets sont partis vers le tampon d’émission~: le noyau les enverra, le pair ne les a peut-être pas encore.",
        ),
        (
            moving(Sys::Sendto, TCP, 12),
            done(5),
            "Le tampon d’émission n’a de place que pour 5 octets sur 12~: le reste est à renvoyer.",
        ),
        (
            moving(Sys::Recvfrom, TCP, 1024),
            done(0),
            "recv rend 0~: le pair a fermé son sens de la connexion, et plus aucun octet ne viendra.",
        ),
        (moving(Sys::Read, Subject::Terminal, 1024), done(1), "1 octet est lu au clavier."),
        (
            traced(Sys::Fcntl, vec![number(3), symbol("F_SETFL"), symbol("O_RDWR|O_NONBLOCK")], Some(TCP)),
            done(0),
            "Le descripteur 3 est non bloquant~: un appel qui devrait dormir rendra EAGAIN.",
        ),
    ];
    for (traced, ending, expected) in cases {
        let expected = expected.replace('~', "\u{a0}").replace('_', "\u{202f}");
        assert_eq!(explained(&traced, &ending), Some(expected));
    }
}

#[test]
fn a_provoked_fault_is_ours() {
    let one = Traced { injected: parse("connect:ECONNREFUSED").ok(), ..traced(Sys::Connect, vec![], Some(TCP)) };
    let text = explained(&one, &Ending::Done(Outcome::Failed(Errno::ECONNREFUSED))).unwrap();
    assert!(text.starts_with("Panne provoquée par socketlab"), "{text}");
    let one = Traced { injected: parse("send:short=3").ok(), ..moving(Sys::Sendto, TCP, 12) };
    let text = explained(&one, &done(3)).unwrap();
    assert!(text.contains("provoquée par socketlab"), "{text}");
}
