//! The calls that a trace shows and that the C of the lessons does without.

use super::{Explanation, paragraph};

struct Traced {
    name: &'static str,
    meaning: &'static str,
    lessons: &'static [u32],
    page: &'static str,
}

/// Declares the table.
macro_rules! calls {
    ($($name:literal $lessons:expr, $page:literal, $meaning:literal;)*) => {
        &[$(Traced { name: $name, meaning: $meaning, lessons: &$lessons, page: $page },)*]
    };
}

const CALLS: &[Traced] = calls! {
    "accept4" [5], "accept4(2)", "Comme `accept`, avec des drapeaux : `SOCK_NONBLOCK` et `SOCK_CLOEXEC` pour le nouveau descripteur. \
        Python, Go et Rust s’en servent.";
    "sendmsg" [], "sendmsg(2)", "Comme `send`, pour plusieurs morceaux de mémoire à la fois, et des informations annexes : un \
        descripteur à passer, une adresse.";
    "recvmsg" [], "recvmsg(2)", "Comme `recv`, dans plusieurs morceaux de mémoire à la fois, avec des informations annexes et les \
        drapeaux du message reçu.";
    "sendmmsg" [], "sendmmsg(2)", "Plusieurs `sendmsg` en un seul appel. La résolution des noms s’en sert.";
    "recvmmsg" [], "recvmmsg(2)", "Plusieurs `recvmsg` en un seul appel.";
    "readv" [], "readv(2)", "Comme `read`, dans plusieurs morceaux de mémoire à la suite.";
    "writev" [], "writev(2)", "Comme `write`, de plusieurs morceaux de mémoire à la suite : en-têtes et corps d’une réponse, sans les \
        recopier.";
    "sendfile" [], "sendfile(2)", "Le noyau envoie lui-même un fichier dans un socket, sans que ses octets passent par le programme.";
    "splice" [], "splice(2)", "Le noyau fait passer des octets d’un tube à un autre descripteur, sans que le programme les lise.";
    "close_range" [], "close_range(2)", "Ferme d’un coup tous les descripteurs d’un intervalle, souvent avant d’exécuter un autre \
        programme.";
    "dup3" [16], "dup2(2)", "Comme `dup2`, avec le drapeau `O_CLOEXEC`.";
    "ioctl" [18], "ioctl(2)", "Règle ou interroge un descripteur : `FIONBIO` le rend non bloquant, `FIONREAD` dit combien d’octets \
        attendent. Sur un terminal, sa taille et ses modes.";
    "ppoll" [18], "poll(2)", "Comme `poll`, avec un délai plus fin et un masque de signaux.";
    "pselect" [18], "select(2)", "Comme `select`, avec un délai plus fin et un masque de signaux.";
    "pselect6" [18], "select(2)", "Le nom que le noyau donne à `pselect`, et que la bibliothèque C appelle aussi pour `select`.";
    "epoll_create" [18], "epoll_create(2)", "L’ancienne forme de `epoll_create1` : sa taille n’est plus lue.";
    "epoll_pwait" [18], "epoll_wait(2)", "Comme `epoll_wait`, avec un masque de signaux.";
    "epoll_pwait2" [18], "epoll_wait(2)", "Comme `epoll_pwait`, avec un délai plus fin.";
    "pipe" [1], "pipe(2)", "Crée un tube, et rend deux descripteurs : on lit dans le premier ce qui est écrit dans le second.";
    "pipe2" [1], "pipe(2)", "Comme `pipe`, avec les drapeaux `O_NONBLOCK` et `O_CLOEXEC`.";
    "vfork" [16], "vfork(2)", "Crée un enfant qui emprunte la mémoire du parent jusqu’à exécuter un autre programme. Le parent attend \
        pendant ce temps.";
    "clone" [16, 17], "clone(2)", "L’appel qui crée processus et fils : `fork` et `pthread_create` en sont faits. Avec `CLONE_THREAD`, \
        c’est un fil.";
    "clone3" [16, 17], "clone(2)", "La forme récente de `clone`, dont les arguments sont dans une structure.";
    "wait4" [16], "wait4(2)", "L’appel dont `wait` et `waitpid` sont faits. Il peut aussi dire le temps de calcul de l’enfant.";
    "waitid" [16], "waitid(2)", "Attend un enfant, comme `waitpid`, avec plus de choix et de détails.";
    "wait" [16], "wait(2)", "Attend la fin d’un enfant, n’importe lequel : `waitpid(-1, …, 0)`. Le zombie disparaît alors.";
    "rt_sigaction" [16], "sigaction(2)", "Le nom que le noyau donne à `sigaction`, et que `signal` appelle aussi.";
    "setitimer" [], "setitimer(2)", "Règle un réveil, une fois ou à intervalles réguliers : un signal (`SIGALRM`) arrive à l’heure dite.";
    "nanosleep" [], "nanosleep(2)", "Fait dormir le programme un certain temps. Un signal peut l’écourter (EINTR).";
    "clock_nanosleep" [], "clock_nanosleep(2)", "Fait dormir le programme jusqu’à une heure, ou pendant un temps : `sleep` et `usleep` \
        en sont faits.";
    "io_uring_setup" [], "io_uring_setup(2)", "Ouvre deux files partagées avec le noyau : le programme y dépose ses demandes, qui ne \
        passent alors par aucun appel visible.";
    "execve" [16], "execve(2)", "Remplace le programme du processus par un autre. Les descripteurs restent ouverts, sauf ceux qui \
        portent `FD_CLOEXEC`.";
    "ptrace" [], "ptrace(2)", "L’appel par lequel un processus en suit un autre : `gdb`, `strace` et `socketlab trace` en vivent.";
    "seccomp" [], "seccomp(2)", "Pose un filtre sur les appels d’un programme, pour lui et ses enfants.";
};

/// The call of that exact name, where the C of the lessons has none.
pub(super) fn call(name: &str) -> Option<Explanation> {
    let text = CALLS.iter().find(|text| text.name == name)?;
    let title = format!("{} · appel que trace montre", text.page.replace(page_name(text.page), text.name));
    Some(Explanation::new(title, vec![paragraph(text.meaning)]).taught(text.lessons).paged(text.page))
}

fn page_name(page: &str) -> &str {
    page.split_once('(').map_or(page, |pair| pair.0)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CALLS.iter().map(|text| text.name)
}

#[cfg(test)]
pub(super) fn meanings() -> impl Iterator<Item = &'static str> {
    CALLS.iter().map(|text| text.meaning)
}
