//! The command lines of `serve` and `connect`.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::misbehaviours::Pace;
use super::value::PortChoice;
use super::value::count::{backlog, clients, from_one};
use super::value::duration::duration;
use super::value::host::{address, remote_port};
use super::value::literal::{Text, sought, text};
use super::value::status::status;
use super::{OPTIONS, Output, value};
use crate::event::misbehaviours::Misbehaviours;
use crate::event::peer::{Mode, Task};

const WHERE: &str = "Où\u{a0}";
const TASK: &str = "Ce qu’il fait\u{a0}";
const HOW: &str = "Comment\u{a0}";
const END: &str = "Fin\u{a0}";

pub(super) const SERVE_EXAMPLES: &str = "\
Exemples :
  socketlab serve --port 3001
  socketlab serve --http ./site --mode fork
  socketlab serve --greet 'Bonjour\\n' --slow 2s --fragment 1
  socketlab serve --udp --silent --save recu.bin

Ctrl-C termine en ordre ; un second Ctrl-C, tout de suite.";

pub(super) const CONNECT_EXAMPLES: &str = "\
Exemples :
  socketlab connect 127.0.0.1 3001
  socketlab connect localhost 8080 --http /index.html --expect-status 200
  socketlab connect 127.0.0.1 3001 --send 'Salut\\n' --expect 'Salut' --timeout 5s
  socketlab connect 127.0.0.1 3001 --clients 100 --send 'x' --half-close

La fin de l’entrée (Ctrl-D) ferme le sens client vers serveur, et lui seul. Après --send, le client
attend que le serveur ferme : --half-close, --expect ou --timeout y mettent fin.";

#[derive(Clone, Debug, Default, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub place: ServePlace,
    #[command(flatten)]
    pub task: TaskArgs,
    #[arg(
        long,
        value_name = "FICHIER",
        help_heading = TASK,
        help = "Écrit aussi dans ce fichier tout ce qui est reçu"
    )]
    pub save: Option<PathBuf>,
    #[arg(
        long,
        value_enum,
        value_name = "MODE",
        hide_possible_values = true,
        help_heading = HOW,
        help = "iterative (un client après l’autre), fork (un processus par client), threads (un fil par client, \
                par défaut), poll ou epoll (un seul fil pour tous)"
    )]
    pub mode: Option<Mode>,
    #[command(flatten)]
    pub misbehaviours: Misbehaviours,
    #[command(flatten)]
    pub end: ServeEnd,
    #[arg(short, long, help_heading = OPTIONS, help = "Ne raconte rien ; les fautes et le bilan seulement")]
    pub quiet: bool,
    #[command(flatten)]
    pub output: Output,
}

/// Where a server waits.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = WHERE)]
pub struct ServePlace {
    #[arg(
        long,
        value_name = "P|auto",
        allow_negative_numbers = true,
        value_parser = value::port,
        help = "Le port, 3001 par défaut ; auto : le premier qui est libre"
    )]
    pub port: Option<PortChoice>,
    #[arg(
        long,
        value_name = "ADRESSE",
        value_parser = address,
        help = "L’adresse où attendre ; par défaut toutes, ou 127.0.0.1 avec --http DOSSIER"
    )]
    pub bind: Option<IpAddr>,
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        default_value_t = BACKLOG,
        hide_default_value = true,
        value_parser = backlog,
        help = "Le second argument de listen, tel quel ; 128 par défaut"
    )]
    pub backlog: i32,
    #[arg(short = '6', long, conflicts_with = "bind", help = "IPv6, et IPv4 par le même socket si le noyau l’accepte")]
    pub ipv6: bool,
    #[arg(
        long,
        conflicts_with_all = [
            "http", "chat", "mode", "unix", "backlog", "close_after", "reset_after", "drop_client", "delay_accept",
            "never_accept", "max_clients",
        ],
        help = "UDP au lieu de TCP : des datagrammes, sans connexion"
    )]
    pub udp: bool,
    #[arg(
        long,
        value_name = "CHEMIN",
        conflicts_with_all = ["port", "bind", "ipv6", "reset_after"],
        help = "Un socket AF_UNIX, nommé par ce fichier"
    )]
    pub unix: Option<PathBuf>,
}

/// What listen(2) is given when nothing is said.
const BACKLOG: i32 = 128;

impl Default for ServePlace {
    fn default() -> ServePlace {
        ServePlace { port: None, bind: None, backlog: BACKLOG, ipv6: false, udp: false, unix: None }
    }
}

/// What a server does with its clients; at most one, echo where none is given.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = TASK)]
#[group(multiple = false)]
pub struct TaskArgs {
    #[arg(long, help = "Renvoie à chacun ce qu’il envoie (par défaut)")]
    pub echo: bool,
    #[arg(
        long,
        value_name = "CHEMIN",
        help = "Un serveur HTTP/1.1 correct, pour ce dossier ou ce fichier ; sans rien, une page d’essai"
    )]
    pub http: Option<Option<PathBuf>>,
    #[arg(
        long,
        value_name = "TEXTE",
        allow_hyphen_values = true,
        value_parser = text,
        help = "Envoie ce texte à l’arrivée (\\n, \\r, \\t, \\0, \\xNN comme en C), puis se tait"
    )]
    pub greet: Option<Text>,
    #[arg(long, help = "Envoie chaque ligne reçue à tous les autres clients")]
    pub chat: bool,
    #[arg(long, help = "Lit, et ne dit rien")]
    pub silent: bool,
}

/// When a server stops.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = END)]
pub struct ServeEnd {
    #[arg(long, help = "Sert un seul client, puis se termine")]
    pub once: bool,
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = from_one,
        help = "Au plus tant de clients à la fois ; les suivants attendent dans la file"
    )]
    pub max_clients: Option<u64>,
}

impl TaskArgs {
    /// The one that was asked for.
    #[must_use]
    pub fn task(&self) -> Task {
        match () {
            () if self.http.is_some() => Task::Http,
            () if self.greet.is_some() => Task::Greet,
            () if self.chat => Task::Chat,
            () if self.silent => Task::Silent,
            () => Task::Echo,
        }
    }
}

impl ValueEnum for Mode {
    fn value_variants<'a>() -> &'a [Mode] {
        &[Mode::Iterative, Mode::Fork, Mode::Threads, Mode::Poll, Mode::Epoll]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Mode::Iterative => "iterative",
            Mode::Fork => "fork",
            Mode::Threads => "threads",
            Mode::Poll => "poll",
            Mode::Epoll => "epoll",
        }))
    }
}

#[derive(Clone, Debug, Default, Args)]
pub struct ConnectArgs {
    #[arg(
        value_name = "HÔTE",
        required_unless_present = "unix",
        help = "Une adresse ou un nom : 127.0.0.1, ::1, localhost, exemple.fr"
    )]
    pub host: Option<String>,
    #[arg(
        value_name = "PORT",
        required_unless_present = "unix",
        allow_negative_numbers = true,
        value_parser = remote_port,
        help = "Le port du serveur, de 1 à 65535"
    )]
    pub port: Option<u16>,
    #[command(flatten)]
    pub place: ConnectPlace,
    #[command(flatten)]
    pub saying: Saying,
    #[command(flatten)]
    pub how: How,
    #[command(flatten)]
    pub end: ConnectEnd,
    #[arg(short, long, help_heading = OPTIONS, help = "Ne raconte rien ; les octets reçus, et les fautes, seulement")]
    pub quiet: bool,
    #[command(flatten)]
    pub output: Output,
}

/// Where a client goes, and from where.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = WHERE)]
pub struct ConnectPlace {
    #[arg(short = '4', long, conflicts_with = "ipv6", help = "IPv4 seulement")]
    pub ipv4: bool,
    #[arg(short = '6', long, help = "IPv6 seulement")]
    pub ipv6: bool,
    #[arg(long, conflicts_with_all = ["http", "unix", "reset", "half_close"], help = "UDP au lieu de TCP")]
    pub udp: bool,
    #[arg(
        long,
        value_name = "CHEMIN",
        conflicts_with_all = ["host", "port", "ipv4", "ipv6", "bind", "reset"],
        help = "Le socket AF_UNIX que nomme ce fichier, au lieu d’un hôte et d’un port"
    )]
    pub unix: Option<PathBuf>,
    #[arg(
        long,
        value_name = "PORT",
        allow_negative_numbers = true,
        value_parser = remote_port,
        conflicts_with = "clients",
        help = "Choisit le port du client, que les clients laissent d’ordinaire au noyau"
    )]
    pub bind: Option<u16>,
}

/// What a client says; the keyboard where nothing is given.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = TASK)]
pub struct Saying {
    #[arg(
        long,
        value_name = "CHEMIN",
        conflicts_with_all = ["send", "send_file"],
        help = "Demande cette page (/, /index.html) et juge la réponse ; code de sortie 1 si elle est mal formée, \
                incomplète ou trop longue"
    )]
    pub http: Option<String>,
    #[arg(
        long,
        requires = "http",
        conflicts_with_all = ["send", "send_file", "udp"],
        help = "Avec --http : demande l’en-tête seul (HEAD au lieu de GET)"
    )]
    pub head: bool,
    #[arg(
        long,
        value_name = "TEXTE",
        allow_hyphen_values = true,
        value_parser = text,
        conflicts_with = "send_file",
        help = "Envoie ce texte (\\n, \\r, \\t, \\0, \\xNN comme en C) au lieu du clavier"
    )]
    pub send: Option<Text>,
    #[arg(long, value_name = "FICHIER", help = "Envoie ce fichier au lieu du clavier")]
    pub send_file: Option<PathBuf>,
    #[arg(
        long,
        value_name = "TEXTE",
        allow_hyphen_values = true,
        value_parser = sought,
        help = "Attend ce texte dans ce qui est reçu ; code de sortie 1 s’il ne vient pas"
    )]
    pub expect: Option<Text>,
    #[arg(
        long,
        value_name = "CODE",
        value_parser = status,
        requires = "http",
        conflicts_with_all = ["send", "send_file", "udp", "reset"],
        help = "Avec --http : le code attendu, 200, ou une famille, 2xx ; code de sortie 1 si c’en est un autre"
    )]
    pub expect_status: Option<RangeInclusive<u16>>,
}

/// How a client says it.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = HOW)]
pub struct How {
    #[command(flatten)]
    pub pace: Pace,
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = clients,
        help = "Tant de clients à la fois, de 1 à 10000"
    )]
    pub clients: Option<u64>,
    #[arg(
        long,
        conflicts_with_all = ["http", "send", "send_file", "clients"],
        help = "Le clavier octet par octet, au lieu de ligne par ligne"
    )]
    pub raw: bool,
}

/// How a client leaves.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = END)]
pub struct ConnectEnd {
    #[arg(long, conflicts_with = "half_close", help = "Finit par une réinitialisation (RST) au lieu d’une fermeture")]
    pub reset: bool,
    #[arg(long, help = "Ferme en émission sitôt tout envoyé, et lit encore la réponse")]
    pub half_close: bool,
    #[arg(long, value_name = "DURÉE", value_parser = duration, help = "Le plus qu’il attend une réponse : 5s, 500ms")]
    pub timeout: Option<Duration>,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{ConnectArgs, Mode, ServeArgs};
    use crate::cli::value::PortChoice;
    use crate::cli::{Command, parse};

    fn command(line: &str) -> Command {
        let words = std::iter::once("socketlab").chain(line.split(' ')).map(Into::into);
        parse(words).unwrap().command.unwrap()
    }

    fn serve(line: &str) -> ServeArgs {
        let Command::Serve(arguments) = command(line) else { panic!("another command: {line}") };
        arguments
    }

    fn connect(line: &str) -> ConnectArgs {
        let Command::Connect(arguments) = command(line) else { panic!("another command: {line}") };
        arguments
    }

    #[test]
    fn a_server_alone_echoes_to_threads() {
        let plain = serve("serve");
        assert_eq!((plain.place.port, plain.place.backlog, plain.mode), (None, 128, None));
        assert!(!plain.task.echo && plain.task.http.is_none() && plain.misbehaviours.slow.is_none());
    }

    #[test]
    fn what_a_server_is_asked_is_read() {
        let asked = serve("serveur --port auto --bind ::1 --backlog -1 --mode epoll --http --slow 0,5s --fragment 1");
        assert_eq!((asked.place.port, asked.place.backlog), (Some(PortChoice::Auto), -1));
        assert_eq!((asked.mode, asked.task.http), (Some(Mode::Epoll), Some(None)));
        assert_eq!(asked.misbehaviours.slow, Some(Duration::from_millis(500)));
        let folder = serve("serve --http ./site --bare-lf --close-after 0 -q --once --max-clients 3");
        assert_eq!(folder.task.http, Some(Some("./site".into())));
        assert!(folder.misbehaviours.http.bare_lf && folder.quiet && folder.end.once);
        assert_eq!((folder.misbehaviours.close_after, folder.end.max_clients), (Some(0), Some(3)));
        assert_eq!(serve("serve --greet -a\\n\\x00").task.greet.unwrap().0, b"-a\n\0");
        assert!(serve("serve -6 --never-accept").place.ipv6);
    }

    #[test]
    fn what_a_client_is_asked_is_read() {
        let asked = connect("client ::1 3001 --send a\\r\\n --expect b --timeout 2 --half-close --clients 10000");
        assert_eq!((asked.host.as_deref(), asked.port), (Some("::1"), Some(3001)));
        assert_eq!(asked.saying.send.unwrap().0, b"a\r\n");
        assert_eq!((asked.how.clients, asked.end.timeout), (Some(10_000), Some(Duration::from_secs(2))));
        let unix = connect("connect --unix /tmp/s --raw");
        assert_eq!((unix.host, unix.place.unix), (None, Some("/tmp/s".into())));
        assert!(unix.how.raw);
    }
}
