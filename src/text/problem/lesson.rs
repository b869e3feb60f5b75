//! Questions, variables, and what only checks have.

use crate::lesson::problem::{ChecksFault, QuestionFault, ScopeFault};
use crate::text::problem::{near_of, quote};

pub fn question(fault: &QuestionFault) -> String {
    match fault {
        QuestionFault::ChoiceCount { from, to } => format!("une question a de {from} à {to} choix."),
        QuestionFault::NoSuchChoice { most } => {
            format!("il n’y a pas de choix de ce numéro : ils vont de 1 à {most}.")
        }
        QuestionFault::ExplainsTheAnswer => {
            "ce choix est la bonne réponse : c’est pourquoi qui l’explique. Enlevez cette clé.".to_owned()
        }
    }
}

pub fn scope(fault: &ScopeFault) -> String {
    match fault {
        ScopeFault::UnknownVariable { unknown, actor } => {
            format!("{actor} n’a pas de variable {}. Déclarez-la dans un bloc c {actor}.", quote(&unknown.name))
        }
        ScopeFault::UnknownNumber(unknown) => {
            format!("aucun nombre ne s’appelle {} : {{port}}, ou un tirage comme \"2..5\".", quote(&unknown.name))
        }
        ScopeFault::AlreadyDeclared { name, actor } => format!(
            "{actor} a déjà une variable {}. Enlevez le type pour la changer, ou choisissez un autre nom.",
            quote(name)
        ),
        ScopeFault::NotARecord { ctype } => format!("{} n’est pas une structure : il n’a pas de champ.", quote(ctype)),
        ScopeFault::UseArrow => "ceci est un pointeur : écrivez -> au lieu du point.".to_owned(),
        ScopeFault::UseDot => "ceci n’est pas un pointeur : écrivez un point au lieu de ->.".to_owned(),
        ScopeFault::NotAPointer { ctype } => format!("{} n’est pas un pointeur.", quote(ctype)),
        ScopeFault::NotAnArray { ctype } => format!("{} n’est pas un tableau : il n’a pas de case.", quote(ctype)),
        ScopeFault::IndexOutOfBounds { size: 1 } => "ce tableau n’a que la case 0.".to_owned(),
        ScopeFault::IndexOutOfBounds { size } => {
            format!("cette case n’existe pas : le tableau en a {size}, de 0 à {}.", size.saturating_sub(1))
        }
        ScopeFault::AssignsArray => {
            "un tableau ne s’affecte pas d’un coup. Remplissez-le avec strcpy, memcpy ou memset.".to_owned()
        }
        ScopeFault::BornTwice(name) => {
            format!("{} est déjà né plus haut. Donnez un autre nom à celui-ci.", quote(name))
        }
        ScopeFault::NotYetBorn(name) => {
            format!("{} n’est pas encore né : ce bloc doit suivre l’appel noté « naît {name} ».", quote(name))
        }
        ScopeFault::CannotGiveBirth => "seuls fork et pthread_create font naître un acteur.".to_owned(),
        ScopeFault::DeclaredInRepeat => {
            "une variable ne se déclare pas plusieurs fois. Déclarez-la avant, dans un bloc sans fois.".to_owned()
        }
    }
}

pub fn scope_near(fault: &ScopeFault) -> Option<&str> {
    match fault {
        ScopeFault::UnknownVariable { unknown, .. } | ScopeFault::UnknownNumber(unknown) => near_of(unknown),
        _ => None,
    }
}

pub fn checks(fault: &ChecksFault) -> String {
    match fault {
        ChecksFault::UnknownStep(unknown) => format!("aucune étape plus haut ne s’appelle {}.", quote(&unknown.name)),
        ChecksFault::LaterStep(id) => {
            format!("{} ne vient pas avant cette étape. Une étape ne dépend que de celles d’avant.", quote(id))
        }
        ChecksFault::Preparation => {
            "la préparation est la première étape du barème, et ne vaut aucun point.".to_owned()
        }
        ChecksFault::MissingPoints => {
            "cette étape ne vaut aucun point. Ajoutez un bloc etape avec points = 1, par exemple.".to_owned()
        }
        ChecksFault::BadFault(text) => format!(
            "la panne {} ne se comprend pas : ACTEUR APPEL:ERREUR, ACTEUR APPEL:short=K ou ACTEUR APPEL:delay=D.",
            quote(text)
        ),
        ChecksFault::PointsSum { declared, found } => {
            format!("les étapes valent {found} points en tout, et l’en-tête en annonce {declared}.")
        }
        ChecksFault::UnknownDraw(unknown) => format!(
            "aucun tirage ne s’appelle {}. Ajoutez-le à [tirages], dans l’en-tête.",
            quote(&format!("{{{}}}", unknown.name))
        ),
        ChecksFault::UnknownAwaited(unknown) => {
            format!("{} ne s’attend pas : un appel, endormi APPEL, ou fin.", quote(&unknown.name))
        }
        ChecksFault::CodeForProgram(name) => {
            format!("{} est un programme rendu : il joue seul, sans bloc c.", quote(name))
        }
        ChecksFault::NotAProgram(unknown) => {
            format!("{} n’est pas un programme rendu, déclaré par [programmes.nom].", quote(&unknown.name))
        }
        ChecksFault::BadExitCode(text) => format!("{} n’est pas un code de fin : 0, 1..", quote(text)),
    }
}

pub fn checks_near(fault: &ChecksFault) -> Option<&str> {
    match fault {
        ChecksFault::UnknownStep(unknown)
        | ChecksFault::UnknownDraw(unknown)
        | ChecksFault::UnknownAwaited(unknown)
        | ChecksFault::NotAProgram(unknown) => near_of(unknown),
        _ => None,
    }
}
