//! The options of what a server does wrong on purpose, two of which a client has too.

use std::num::NonZero;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

use super::value::count::{fragment, from_one, octets};
use super::value::duration::duration;
use crate::event::misbehaviours::{HttpMisbehaviours, Misbehaviours};

const HEADING: &str = "Ce qu’il fait mal, exprès, pour éprouver un client\u{a0}";

/// What excludes HTTP: clap forgives a missing requirement that could not be met.
const NOT_HTTP: [&str; 5] = ["echo", "greet", "chat", "silent", "udp"];

/// What a server that never accepts cannot do.
const NEEDS_ACCEPT: [&str; 18] = [
    "echo",
    "http",
    "greet",
    "chat",
    "silent",
    "save",
    "mode",
    "slow",
    "fragment",
    "close_after",
    "reset_after",
    "never_read",
    "drop_client",
    "bare_lf",
    "no_length",
    "delay_accept",
    "once",
    "max_clients",
];

/// How bytes are sent, by a client as by a server.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    pub slow: Option<Duration>,
    pub fragment: Option<usize>,
}

fn slow() -> Arg {
    time("slow", "slow").help("Attend avant chaque envoi : 2s, 500ms, 1m")
}

fn pieces() -> Arg {
    octets_of("fragment", "fragment").value_parser(fragment).help("Envoie par morceaux, d’au plus tant d’octets")
}

fn time(id: &'static str, long: &'static str) -> Arg {
    Arg::new(id).long(long).value_name("DURÉE").value_parser(duration)
}

fn octets_of(id: &'static str, long: &'static str) -> Arg {
    Arg::new(id).long(long).value_name("OCTETS").allow_negative_numbers(true).value_parser(octets)
}

fn flag(id: &'static str, long: &'static str) -> Arg {
    Arg::new(id).long(long).action(ArgAction::SetTrue)
}

fn with_http(id: &'static str, long: &'static str) -> Arg {
    flag(id, long).requires("http").conflicts_with_all(NOT_HTTP)
}

impl Args for Pace {
    fn augment_args(command: Command) -> Command {
        command.args([pieces(), slow()])
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Pace {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Pace, Error> {
        let fragment = matches.get_one("fragment").copied().map(NonZero::<usize>::get);
        Ok(Pace { slow: matches.get_one("slow").copied(), fragment })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        Self::from_arg_matches(matches).map(|read| *self = read)
    }
}

impl Args for Misbehaviours {
    fn augment_args(command: Command) -> Command {
        command.next_help_heading(HEADING).args([
            slow(),
            pieces(),
            octets_of("close_after", "close-after")
                .conflicts_with("reset_after")
                .help("Ferme après avoir envoyé tant d’octets à un client"),
            octets_of("reset_after", "reset-after")
                .help("Réinitialise (RST) après avoir envoyé tant d’octets à un client"),
            flag("never_read", "never-read")
                .conflicts_with("save")
                .help("Ne lit jamais : le tampon se remplit, et le client finit par attendre"),
            flag("never_accept", "never-accept")
                .conflicts_with_all(NEEDS_ACCEPT)
                .help("N’appelle jamais accept : la file se remplit"),
            Arg::new("drop_client")
                .long("drop-client")
                .value_name("N")
                .allow_negative_numbers(true)
                .value_parser(from_one)
                .help("Ferme aussitôt la connexion du N-ième client, à partir de 1"),
            with_http("bare_lf", "bare-lf").help("Avec --http : termine les lignes par \\n seul, sans \\r"),
            with_http("no_length", "no-length")
                .help("Avec --http : n’annonce pas la longueur ; la fermeture finit la réponse"),
            time("delay_accept", "delay-accept").help("Attend avant chaque accept"),
        ])
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Misbehaviours {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Misbehaviours, Error> {
        let number = |id| matches.get_one::<u64>(id).copied();
        let flag = |id| matches.get_flag(id);
        let Pace { slow, fragment } = Pace::from_arg_matches(matches)?;
        Ok(Misbehaviours {
            slow,
            fragment,
            close_after: number("close_after"),
            reset_after: number("reset_after"),
            never_read: flag("never_read"),
            never_accept: flag("never_accept"),
            drop_client: number("drop_client"),
            http: HttpMisbehaviours { bare_lf: flag("bare_lf"), no_length: flag("no_length") },
            delay_accept: matches.get_one("delay_accept").copied(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        Self::from_arg_matches(matches).map(|read| *self = read)
    }
}
