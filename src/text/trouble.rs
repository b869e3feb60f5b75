//! socketlab's own trouble with actors and the kernel's tables, as opposed to the outcome of a call.

use crate::live::kernel::{KernelError, Refusal};
use crate::text::usage::reason;

/// Why an actor refuses a statement: the lesson is at fault.
#[must_use]
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::UnknownVariable(name) => format!("la variable `{name}` n’est pas déclarée chez cet acteur"),
        Refusal::AlreadyDeclared(name) => format!("la variable `{name}` est déjà déclarée chez cet acteur"),
        Refusal::UnknownField(name) => format!("cette structure n’a pas de champ `{name}`"),
        Refusal::NotAnObject => {
            "cette expression n’a pas d’adresse : on ne peut ni l’affecter ni la pointer".to_owned()
        }
        Refusal::NotAPointer => "cette expression n’est pas un pointeur".to_owned(),
        Refusal::OutOfBounds => "l’accès sort de la variable".to_owned(),
        Refusal::BadArgument { function, index } => {
            format!("l’argument {} de `{function}` n’a pas une valeur que socketlab sait transmettre", index + 1)
        }
        Refusal::OutOfMemory => "les variables de cet acteur prennent trop de mémoire".to_owned(),
        Refusal::NotSupported(what) => format!("`{what}` n’existe pas dans le C des leçons"),
    }
}

/// What went wrong on our side, and what to try.
#[must_use]
pub fn kernel_error(error: &KernelError) -> String {
    match error {
        KernelError::NoSuchActor(actor) => {
            format!("L’acteur {actor} n’est plus là. Rejouez l’étape avec r, ou relancez la leçon.")
        }
        KernelError::Process(error) => format!(
            "Impossible de créer un processus d’acteur ou de lui parler : {}. Vérifiez les limites avec `ulimit -a`.",
            reason(error)
        ),
        KernelError::Observation(error) => format!(
            "Impossible de lire les tables du noyau : {}. Vérifiez que /proc est monté (`mount | grep proc`).",
            reason(error)
        ),
    }
}
