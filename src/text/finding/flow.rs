//! The program's own course: what it takes for an error, how it waits, how it ends.

use crate::text::finding::Said;
use crate::text::finding::case::{Case, times};

pub(super) fn perror_after_success(case: Case) -> Said {
    let call = case.call().map_or_else(|| "l’appel".to_owned(), |call| format!("`{call}`"));
    let bytes = case.bytes().or_else(|| case.field()).map(|text| format!(" : {text}")).unwrap_or_default();
    Said::new(
        "Votre programme annonce une erreur après un succès.",
        format!("Un message d’erreur est écrit juste après que {call} a réussi{bytes}."),
        (
            "`errno` n’a de sens qu’après un échec : un appel réussi ne la remet pas à 0. `perror` affiche alors une cause ancienne, \
             ou absurde, et vous fait chercher une panne qui n’existe pas. Un autre jour, le même code affichera « Succès ».",
            "N’appelez `perror` que si l’appel a rendu -1 : `if (bind(…) == -1) { perror(\"bind\"); exit(EXIT_FAILURE); }`. Et \
             tout de suite, car l’appel suivant peut changer `errno`.",
        ),
    )
}

pub(super) fn wrong_success_test(case: Case) -> Said {
    let call = case.call().map_or_else(|| "Un appel".to_owned(), |call| format!("`{call}`"));
    let bytes = case.bytes().or_else(|| case.field()).map(|text| format!(" {text}")).unwrap_or_default();
    Said::new(
        "Votre programme prend un succès pour une erreur.",
        format!("{call} réussit. Le programme écrit pourtant un message d’erreur{bytes} et s’arrête."),
        (
            "Le test est à l’envers. `bind`, `listen` et `connect` rendent 0 en cas de succès, `socket` et `accept` un descripteur ; \
             tous rendent -1 en cas d’échec. `if (bind(…))` ou `if (!socket(…))` disent le contraire.",
            "Comparez toujours à -1, avec des parenthèses : `if ((fd = socket(AF_INET, SOCK_STREAM, 0)) == -1)`. Sans elles, `fd` \
             reçoit le résultat de la comparaison.",
        ),
    )
}

pub(super) fn busy_loop(case: Case) -> Said {
    let call =
        case.last_call().or_else(|| case.call()).map_or_else(|| "Le même appel".to_owned(), |call| format!("`{call}`"));
    let count = case
        .times()
        .map_or_else(|| "encore et encore".to_owned(), |count| format!("au moins {} de suite", times(count)));
    Said::new(
        "Votre programme tourne sans rien attendre.",
        format!("{call} revient aussitôt sans rien rendre, {count}."),
        (
            "Il occupe tout un processeur pour ne rien faire. C’est souvent un descripteur fini que l’on surveille encore, un \
             délai à 0, ou un mode non bloquant sans `poll`.",
            "Laissez le noyau vous réveiller : un appel bloquant, ou `poll` avec un délai de -1. Retirez de la liste les descripteurs \
             dont `recv` a rendu 0, et fermez-les.",
        ),
    )
}

pub(super) fn both_receive(case: Case) -> Said {
    let peer = case.peer().unwrap_or_else(|| "son pair".to_owned());
    Said::new(
        "Votre programme et son pair attendent tous les deux.",
        format!(
            "Le programme dort dans `recv`, et {peer} aussi, sur la même connexion. Aucun octet n’est en route : personne ne \
             parlera le premier."
        ),
        (
            "`recv` attend que l’autre envoie. Si les deux attendent, rien ne peut arriver : ni délai, ni erreur n’y mettront fin. \
             Souvent, l’un attend une fin de message que l’autre ne met pas, ou une fermeture qui ne vient pas.",
            "Décidez qui parle le premier, et comment on reconnaît la fin d’un message : un retour à la ligne, une longueur, ou \
             `shutdown(fd, SHUT_WR)` quand il n’y a plus rien à envoyer.",
        ),
    )
}

pub(super) fn exit_zero_after_error(case: Case) -> Said {
    let call = case.call().map_or_else(|| "d’un appel".to_owned(), |call| format!("de `{call}`"));
    Said::new(
        "Votre programme échoue et se termine avec le code 0.",
        format!("Juste après l’échec {call}{}, il se termine avec le code de sortie 0.", case.in_words()),
        (
            "0 veut dire « tout s’est bien passé ». Un script, un `make` ou un correcteur continuera donc comme si de rien \
             n’était.",
            "Après une erreur : `exit(EXIT_FAILURE)`, ou `return 1` dans `main`. Gardez `exit(0)` pour la fin normale.",
        ),
    )
}

pub(super) fn stdin_eof_spin(case: Case) -> Said {
    let count = case.times().map(|count| format!(" au moins {}", times(count))).unwrap_or_default();
    Said::new(
        "Votre programme relit une entrée déjà finie.",
        format!("`read` sur l’entrée standard a rendu 0, la fin, et le programme l’a relue{count}."),
        (
            "Au clavier, l’entrée ne finit qu’avec Ctrl-D, et cela ne se voit pas. Lancé avec `< fichier`, dans un tube ou par un \
             correcteur, il tourne sans fin, et renvoie souvent la dernière ligne lue.",
            "Vérifiez le résultat : `if (fgets(ligne, sizeof ligne, stdin) == NULL) break`. Avec `poll`, cessez de surveiller \
             l’entrée une fois qu’elle est finie.",
        ),
    )
}

pub(super) fn eintr_fatal(case: Case) -> Said {
    let call = case.call().map_or_else(|| "un appel".to_owned(), |call| format!("`{call}`"));
    let signal = case.signal().map_or_else(|| "Un signal".to_owned(), |signal| format!("Le signal {signal}"));
    Said::new(
        "Un appel interrompu par un signal arrête votre programme.",
        format!(
            "{signal} interrompt {call}, qui rend -1 avec EINTR. Le programme prend cela pour une panne et s’arrête."
        ),
        (
            "EINTR n’est pas une panne : le gestionnaire de signal a fait son travail, et l’appel est à refaire. Un serveur à \
             `fork` s’arrête ainsi à la fin de son premier enfant (SIGCHLD).",
            "Installez le gestionnaire par `sigaction`, avec `SA_RESTART`. Ou recommencez l’appel : `if (errno == EINTR) \
             continue`. Mais `poll`, `select` et `sleep` ne reprennent jamais seuls.",
        ),
    )
}
