//! The command line of `trace`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::value::count::{identifier, text_size};
use super::value::duration::duration;
use super::{OPTIONS, Output};
use crate::event::trace::Only;

const WHAT: &str = "Quoi\u{a0}";
const SHOWN: &str = "Ce qui est montré\u{a0}";
const FAULTS: &str = "Pannes\u{a0}";
const END: &str = "Fin\u{a0}";

/// How many bytes of each buffer are shown, unless told otherwise.
pub const STRSIZE: usize = 32;

pub(super) const TRACE_EXAMPLES: &str = "\
Exemples :
  socketlab trace -- ./serveur 3001
  socketlab trace --only network --output trace.txt -- python3 client.py
  socketlab trace --fault send:short=3 --fault recv:EINTR:2 -- ./client
  socketlab trace --pid 4242
  socketlab trace --format json --output trace.json -- ./serveur

Pannes, autant de --fault que de pannes :
  connect:ECONNREFUSED     le premier connect échoue avec cette erreur
  recv:EINTR:2             le deuxième recv échoue ; every : chacun d’eux
  send:short=3             send ne transfère pas plus de 3 octets
  accept:delay=200ms       accept commence 200 ms plus tard
Sans rang à la fin : le premier appel pour une erreur, chaque appel pour short
et delay.

Signes, à gauche d’un appel :
  ‖  il dort (| avec --ascii)         >  il a dormi, et revient
  !  signal, panne, échec ordinaire  x  échec, ou processus tué
  +  nouveau processus, ou fil        -  processus ou fil terminé
  ~  le processus change de programme (execve)
À gauche d’un défaut reconnu :
  x  défaut    o  conseil    ~  situation de la machine
  !  fragilité
Le nom à sa droite : socketlab explain NOM. « leçon 15 » : socketlab lesson 15,
dès que cette leçon est écrite.

Le programme garde son entrée, sa sortie et son terminal ; le récit va sur la
sortie d’erreur, ou dans le fichier de --output. Ctrl-C arrive d’abord au
programme ; un second Ctrl-C termine tout.

Codes de sortie :
  0    pas de défaut (des fragilités ou des conseils, peut-être)
  1    un défaut au moins
  2    la ligne de commande est fausse, ou il n’y a rien à lancer
  4    la machine refuse (droits, ptrace, filtres)
  5    une lecture ou une écriture a échoué
  130  interrompu par un second Ctrl-C
Avec --exit-code, celui du programme ; 128 et le numéro du signal qui l’a tué.";

#[derive(Clone, Debug, Default, Args)]
pub struct TraceArgs {
    #[arg(
        value_name = "PROG",
        required_unless_present = "pid",
        conflicts_with = "pid",
        trailing_var_arg = true,
        help = "Le programme à suivre et ses arguments, après --"
    )]
    pub program: Vec<OsString>,
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = identifier,
        help_heading = WHAT,
        help = "Suit un processus qui tourne déjà, et le laisse tourner ensuite (plus lent : il s’arrête à chaque appel)"
    )]
    pub pid: Option<i32>,
    #[arg(
        long = "fault",
        value_name = "PANNE",
        help_heading = FAULTS,
        help = "Provoque une panne : APPEL:ERREUR[:N], APPEL:short=OCTETS[:N] ou APPEL:delay=DURÉE[:N]"
    )]
    pub faults: Vec<String>,
    #[command(flatten)]
    pub shown: Shown,
    #[command(flatten)]
    pub end: TraceEnd,
    #[command(flatten)]
    pub output: Output,
}

/// What is shown of a program, and where.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = SHOWN)]
pub struct Shown {
    #[arg(
        long,
        value_enum,
        value_name = "QUOI",
        default_value_t,
        hide_possible_values = true,
        hide_default_value = true,
        help = "usual, par défaut : tout sauf les fichiers ordinaires ; network : les sockets et ce qui les attend ; all : tout"
    )]
    pub only: Only,
    #[arg(long, help = "Ajoute une phrase en français sous chaque appel")]
    pub explain: bool,
    #[arg(long, help = "Termine par un tableau : appels, erreurs, octets et temps passé, par appel")]
    pub summary: bool,
    #[arg(
        long,
        value_name = "OCTETS",
        allow_negative_numbers = true,
        default_value_t = STRSIZE,
        hide_default_value = true,
        value_parser = text_size,
        help = "Montre au plus tant d’octets de chaque tampon, de 0 à 4096 ; 32 par défaut"
    )]
    pub strsize: usize,
    #[arg(long, value_name = "FICHIER", help_heading = OPTIONS, help = "Écrit le récit dans ce fichier")]
    pub output: Option<PathBuf>,
}

impl Default for Shown {
    fn default() -> Self {
        Shown { only: Only::default(), explain: false, summary: false, strsize: STRSIZE, output: None }
    }
}

/// When a trace stops, and what it says to the shell.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = END)]
pub struct TraceEnd {
    #[arg(long, value_name = "DURÉE", value_parser = duration, help = "Termine le programme après ce temps : 5s, 500ms, 1m")]
    pub timeout: Option<Duration>,
    #[arg(long, help = "Sort avec le code du programme, au lieu de 0 ou 1")]
    pub exit_code: bool,
}

impl ValueEnum for Only {
    fn value_variants<'a>() -> &'a [Only] {
        &[Only::Usual, Only::Network, Only::All]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Only::Usual => "usual",
            Only::Network => "network",
            Only::All => "all",
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    use std::time::Duration;

    use super::{Only, STRSIZE, TraceArgs};
    use crate::cli::{Command, NoCommand, parse};

    fn read(words: &[&str]) -> Result<TraceArgs, NoCommand> {
        let words = ["socketlab", "trace"].iter().chain(words).map(OsString::from);
        parse(words).map(|cli| match cli.command {
            Some(Command::Trace(arguments)) => arguments,
            other => panic!("another command: {other:?}"),
        })
    }

    fn refused(words: &[&str]) -> String {
        match read(words) {
            Err(NoCommand::Refused(message)) => message,
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn the_program_and_its_arguments_are_kept_as_they_are() {
        let plain = read(&["--", "./serveur", "--port", "3001"]).unwrap();
        assert_eq!(plain.program, ["./serveur", "--port", "3001"]);
        assert_eq!((plain.shown.only, plain.shown.strsize, plain.pid), (Only::Usual, STRSIZE, None));
        let bare = read(&["--summary", "./serveur", "-h", "--pid", "--", "-x"]).unwrap();
        assert_eq!(bare.program, ["./serveur", "-h", "--pid", "--", "-x"]);
        assert!(bare.shown.summary && bare.pid.is_none());
        let odd = OsString::from_vec(vec![b'a', 0xff]);
        let words = ["socketlab", "tracer", "--"].iter().map(OsString::from).chain([odd.clone()]);
        let Some(Command::Trace(arguments)) = parse(words).unwrap().command else { panic!("trace") };
        assert_eq!(arguments.program, [odd]);
    }

    #[test]
    fn what_is_asked_is_read() {
        let asked = [
            "--fault",
            "send:short=3",
            "--fault",
            "recv:EINTR:2",
            "--only",
            "network",
            "--explain",
            "--strsize",
            "0",
            "--output",
            "t.json",
            "--format",
            "json",
            "--timeout",
            "5s",
            "--exit-code",
            "prog",
        ];
        let read = read(&asked).unwrap();
        assert_eq!(read.faults, ["send:short=3", "recv:EINTR:2"]);
        assert_eq!((read.shown.only, read.shown.strsize), (Only::Network, 0));
        assert_eq!(read.end.timeout, Some(Duration::from_secs(5)));
        assert!(read.end.exit_code && read.shown.explain && read.shown.output.is_some());
    }

    #[test]
    fn a_program_or_a_process_and_not_both() {
        assert_eq!(read(&["--pid", "4242"]).unwrap().pid, Some(4242));
        assert!(refused(&[]).contains("il manque « PROG »"), "{}", refused(&[]));
        let both = refused(&["--pid", "4242", "prog"]);
        assert!(both.contains("ne va pas avec") && both.contains("PROG") && !both.contains("[PROG]"), "{both}");
        assert!(refused(&["--pid", "0", "prog"]).contains("à partir de 1"));
        assert!(refused(&["--strsize", "4097", "prog"]).contains("au plus 4096"));
        assert!(refused(&["--falt", "x", "prog"]).contains("--fault"));
    }
}
