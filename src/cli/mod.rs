//! What users type: the commands, their options, and clap's own words in French.

pub mod error;
pub mod misbehaviours;
pub mod peer;
pub mod trace;
pub mod value;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use self::peer::{CONNECT_EXAMPLES, ConnectArgs, SERVE_EXAMPLES, ServeArgs};
use self::trace::{TRACE_EXAMPLES, TraceArgs};
use self::value::{Choice, PortChoice};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "socketlab",
    bin_name = "socketlab",
    version,
    about = "Un laboratoire qui enseigne les sockets en les exécutant",
    after_help = MANUAL
)]
pub struct Cli {
    #[command(flatten)]
    asked: Asked,
    #[arg(short = 'V', long, action = ArgAction::Version, help_heading = OPTIONS, help = "Affiche la version")]
    version: Option<bool>,
    #[command(flatten)]
    pub screen: Screen,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The help option, which every command has.
#[derive(Debug, Args)]
struct Asked {
    #[arg(
        short,
        long,
        global = true,
        action = ArgAction::Help,
        help_heading = OPTIONS,
        help = "Affiche cette aide"
    )]
    help: Option<bool>,
}

/// How to draw, for every command.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = DISPLAY)]
pub struct Screen {
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "QUAND",
        default_value_t,
        hide_possible_values = true,
        hide_default_value = true,
        help = "Couleurs : auto (sur un terminal seulement), always (toujours) ou never (jamais)"
    )]
    pub color: ColorChoice,
    #[arg(long, global = true, help = "Caractères ASCII seulement, accents exceptés")]
    pub ascii: bool,
    #[arg(long, global = true, help = "Ajoute des lignes sans rien redessiner (lecteurs d’écran)")]
    pub linear: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(
        about = "Joue une leçon [alias : leçon, lecon]",
        aliases = ["leçon", "lec\u{327}on", "lecon"],
        after_help = LESSON_EXAMPLES
    )]
    Lesson(LessonArgs),
    #[command(about = "Liste les leçons, avec votre progression [alias : liste]", alias = "liste")]
    List(ListArgs),
    #[command(
        about = "Explique un appel, une erreur, un état, un mot [alias : expliquer]",
        alias = "expliquer",
        after_help = EXPLAIN_EXAMPLES
    )]
    Explain(ExplainArgs),
    #[command(
        about = "Lance un serveur qui raconte ses appels [alias : serveur]",
        alias = "serveur",
        after_help = SERVE_EXAMPLES
    )]
    Serve(ServeArgs),
    #[command(
        about = "Lance un client qui raconte ses appels [alias : client]",
        alias = "client",
        after_help = CONNECT_EXAMPLES
    )]
    Connect(ConnectArgs),
    #[command(
        about = "Suit un programme, raconte ses appels, nomme ses défauts [alias\u{a0}: tracer]",
        alias = "tracer",
        override_usage = "socketlab trace [OPTIONS] -- PROG [ARGS…]\n       socketlab trace [OPTIONS] --pid N",
        after_help = TRACE_EXAMPLES
    )]
    Trace(TraceArgs),
    #[command(about = "Vérifie des leçons, pour leurs auteurs", after_help = LINT_EXAMPLES)]
    Lint(LintArgs),
    #[command(about = "Affiche l’aide d’une commande [alias : aide]", alias = "aide")]
    Help(HelpArgs),
}

#[derive(Clone, Debug, Default, Args)]
pub struct LessonArgs {
    #[arg(
        value_name = "QUOI",
        allow_negative_numbers = true,
        value_parser = value::choice(),
        help = "Numéro de la leçon, son nom court, ou un fichier .md ; sans rien, un menu"
    )]
    pub what: Option<Choice>,
    #[arg(long, help = "Sans pause ni question : socketlab joue tous les acteurs")]
    pub auto: bool,
    #[arg(long, value_name = "ÉTAPE", help = "Commence à cette étape ; les appels précédents sont rejoués d’abord")]
    pub from: Option<String>,
    #[arg(
        long,
        value_name = "P|auto",
        allow_negative_numbers = true,
        value_parser = value::port,
        help = "Un autre port que celui de la leçon ; auto : le premier qui est libre"
    )]
    pub port: Option<PortChoice>,
    #[arg(long, conflicts_with_all = ["auto", "from"], help = "Affiche les programmes C complets de la leçon")]
    pub code: bool,
    #[arg(long, value_name = "DOSSIER", help = "Prend les leçons de ce dossier")]
    pub lessons: Option<PathBuf>,
    /// For `lint`, which plays lessons in processes of their own.
    #[arg(long, hide = true, requires = "auto")]
    pub typed_events: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Clone, Debug, Default, Args)]
pub struct ListArgs {
    #[arg(long, value_name = "DOSSIER", help = "Liste les leçons de ce dossier")]
    pub lessons: Option<PathBuf>,
    #[command(flatten)]
    pub output: Output,
}

/// Text for people, or JSON for scripts.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Output {
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t,
        hide_possible_values = true,
        hide_default_value = true,
        help_heading = OPTIONS,
        help = "Format de la sortie : text (pour lire) ou json (pour un script)"
    )]
    pub format: Format,
}

#[derive(Clone, Debug, Args)]
pub struct ExplainArgs {
    #[arg(
        value_name = "MOT",
        required = true,
        allow_negative_numbers = true,
        help = "accept, EADDRINUSE, 98, TIME_WAIT, SIGPIPE, backlog…"
    )]
    pub words: Vec<String>,
    #[arg(long, value_name = "DOSSIER", help = "Prend les pages de ce dossier de leçons avant celles fournies")]
    pub lessons: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub struct LintArgs {
    #[arg(
        value_name = "CHEMIN",
        help = "Fichiers ou dossiers de leçons et de pages ; sans rien, tout ce qui est fourni"
    )]
    pub paths: Vec<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub struct HelpArgs {
    #[arg(value_name = "COMMANDE", help = "La commande à expliquer")]
    pub command: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
}

/// Why the command line leads to no command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoCommand {
    /// Help or version: asked for, so for stdout.
    Shown(String),
    /// Refused, in French, for stderr.
    Refused(String),
}

const MANUAL: &str = "\
Exemples :
  socketlab                    choisir une leçon dans un menu
  socketlab lesson 1           jouer la leçon 1
  socketlab explain EADDRINUSE comprendre une erreur
  socketlab serve --port 3001  un serveur, pour essayer votre client
  socketlab connect ::1 3001   un client, pour essayer votre serveur
  socketlab trace -- ./serveur votre programme, appel par appel, et ses défauts

Codes de sortie :
  0    tout s’est passé comme prévu
  1    un résultat n’était pas celui attendu, ou un défaut est trouvé
  2    la ligne de commande est fausse, ou le mot est inconnu
  3    une leçon est mal écrite
  4    la machine refuse (port pris, droits, espaces de noms, ptrace)
  5    une lecture ou une écriture a échoué
  70   une faute de socketlab
  130  interrompu par Ctrl-C";

const LESSON_EXAMPLES: &str = "\
Exemples :
  socketlab lesson 5
  socketlab lesson accept --port auto
  socketlab lesson ./ma-lecon.md --auto
  socketlab lesson 5 --code";

const EXPLAIN_EXAMPLES: &str = "\
Listes :
  socketlab explain appels     les appels du C des leçons
  socketlab explain erreurs    les erreurs (errno et getaddrinfo)
  socketlab explain états      les états de TCP
  socketlab explain signaux    les signaux
  socketlab explain constantes les constantes courantes
  socketlab explain mots       les mots des leçons
  socketlab explain défauts    ce que trace sait reconnaître";

const LINT_EXAMPLES: &str = "\
Exemples :
  socketlab lint
  socketlab lint lessons/05-accept.md";

const TEMPLATE: &str = "\
{about-with-newline}
Usage : {usage}

{all-args}{after-help}";

/// The widest line of the help, in columns.
const WIDTH: usize = 80;

/// The heading of the commands, with the no-break space that French wants before clap's colon.
const COMMANDS: &str = "Commandes\u{a0}";
const DISPLAY: &str = "Affichage\u{a0}";
const ARGUMENTS: &str = "Arguments\u{a0}";
const OPTIONS: &str = "Options\u{a0}";

/// Reads the command line.
///
/// # Errors
/// `NoCommand::Shown` for help and version, `NoCommand::Refused` for anything that clap refuses.
pub fn parse<I>(arguments: I) -> Result<Cli, NoCommand>
where
    I: IntoIterator<Item = OsString>,
{
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let stop = |error| error::stop(&error, typed_command(&arguments).as_deref());
    let mut matches = definition().try_get_matches_from(&arguments).map_err(stop)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(stop)
}

/// The command among the arguments, by its first name.
fn typed_command(arguments: &[OsString]) -> Option<String> {
    let definition = Cli::command();
    let typed = arguments.iter().skip(1).filter_map(|argument| argument.to_str());
    let mut typed = typed.take_while(|argument| *argument != "--");
    typed.find_map(|word| definition.find_subcommand(word)).map(|command| command.get_name().to_owned())
}

/// The first name of a command, from any of its names.
fn first_name(name: &str) -> String {
    Cli::command().find_subcommand(name).map_or(name, clap::Command::get_name).to_owned()
}

/// The help of a command, or of socketlab itself; `None` where no command has that name.
#[must_use]
pub fn help(command: Option<&str>) -> Option<String> {
    let mut definition = definition();
    definition.build();
    let found = match command {
        None => Some(&mut definition),
        Some(name) => definition.find_subcommand_mut(name),
    };
    found.map(|command| command.render_help().to_string())
}

/// The commands that exist, by their first name.
#[must_use]
pub fn commands() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// clap's description of the command line, with French words everywhere clap has its own.
fn definition() -> clap::Command {
    in_french(Cli::command())
        .disable_version_flag(true)
        .subcommand_value_name("COMMANDE")
        .subcommand_help_heading(COMMANDS)
        .mut_subcommands(in_french)
}

fn in_french(command: clap::Command) -> clap::Command {
    command
        .help_template(TEMPLATE)
        .max_term_width(WIDTH)
        .color(clap::ColorChoice::Never)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .mut_args(under_a_french_heading)
}

fn under_a_french_heading(argument: clap::Arg) -> clap::Arg {
    if argument.get_help_heading().is_some() {
        return argument;
    }
    let heading = if argument.is_positional() { ARGUMENTS } else { OPTIONS };
    argument.help_heading(heading)
}
