//! The signals, in French. Source: signal(7).

use crate::syscall::signal::Signal;

pub(super) struct SignalText {
    pub signal: Signal,
    /// When it comes.
    pub meaning: &'static str,
    pub effect: Effect,
    /// What a socket program does of it; empty where there is nothing to say.
    pub advice: &'static str,
    pub lessons: &'static [u32],
}

/// What happens by default.
#[derive(Clone, Copy)]
pub(super) enum Effect {
    Ends,
    Dumps,
    Stops,
    Continues,
    Nothing,
}

impl Effect {
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Effect::Ends => "Par défaut, il termine le processus.",
            Effect::Dumps => "Par défaut, il termine le processus et peut laisser une image de sa mémoire (core).",
            Effect::Stops => "Par défaut, il suspend le processus.",
            Effect::Continues => "Par défaut, il fait repartir un processus suspendu.",
            Effect::Nothing => "Par défaut, il ne fait rien.",
        }
    }
}

/// Declares the table.
macro_rules! signals {
    ($($signal:ident $effect:ident $lessons:expr, $meaning:literal $(, $advice:literal)?;)*) => {
        &[$(SignalText {
            signal: Signal::$signal,
            meaning: $meaning,
            effect: Effect::$effect,
            advice: concat!("" $(, $advice)?),
            lessons: &$lessons,
        },)*]
    };
}

pub(super) const SIGNALS: &[SignalText] = signals! {
    SIGHUP Ends [], "Le terminal s’est fermé, ou la connexion ssh est coupée.",
        "Beaucoup de serveurs s’en servent pour relire leurs réglages.";
    SIGINT Ends [], "Ctrl-C au clavier.",
        "Un serveur peut l’attraper pour fermer proprement ; l’appel qui dormait rend alors EINTR.";
    SIGQUIT Dumps [], "Ctrl-\\ au clavier.";
    SIGILL Dumps [], "Le processeur a rencontré une instruction qui n’existe pas.";
    SIGTRAP Dumps [], "Un point d’arrêt de débogueur.";
    SIGABRT Dumps [], "Le programme s’est arrêté de lui-même par `abort`, souvent après un `assert` ou une mémoire abîmée.";
    SIGBUS Dumps [], "Un accès à une mémoire qui n’existe pas physiquement.";
    SIGFPE Dumps [], "Un calcul impossible, comme une division entière par zéro.";
    SIGKILL Ends [], "Quelqu’un a demandé la fin immédiate du processus (`kill -9`). Il ne s’attrape ni ne s’ignore.",
        "Le noyau ferme alors tous les descripteurs : le pair reçoit une fin de connexion, ou un RST.";
    SIGUSR1 Ends [], "Un signal libre, dont le sens est celui que les programmes lui donnent.";
    SIGSEGV Dumps [], "Le programme a touché une mémoire qui n’est pas à lui : pointeur nul, tableau dépassé.",
        "Compilez avec `-g -fsanitize=address` : le message donne la ligne.";
    SIGUSR2 Ends [], "Un second signal libre, comme `SIGUSR1`.";
    SIGPIPE Ends [10, 19], "Le programme a écrit dans une connexion que le pair a rompue, ou dans un tube que plus personne ne lit.",
        "Un serveur mourrait à cause d’un seul client parti : donnez `MSG_NOSIGNAL` à `send`, ou appelez \
         `signal(SIGPIPE, SIG_IGN)`. L’appel rend alors -1 avec EPIPE.";
    SIGALRM Ends [16], "Le délai demandé par `alarm` est passé.";
    SIGTERM Ends [], "Quelqu’un demande poliment la fin du processus : `kill` sans option.",
        "Un serveur peut l’attraper pour fermer proprement.";
    SIGSTKFLT Ends [], "Ancien signal du coprocesseur : Linux ne l’envoie plus.";
    SIGCHLD Nothing [16], "Un enfant s’est terminé, a été suspendu ou est reparti.",
        "Un serveur à `fork` y appelle `waitpid(-1, NULL, WNOHANG)` en boucle : sinon, ses enfants finis restent des zombies.";
    SIGCONT Continues [], "Le processus doit repartir (`fg`, `kill -CONT`).";
    SIGSTOP Stops [], "Quelqu’un suspend le processus. Il ne s’attrape ni ne s’ignore.",
        "Un serveur suspendu garde ses ports : le noyau accepte encore les clients, dans la file.";
    SIGTSTP Stops [], "Ctrl-Z au clavier.",
        "Le programme n’est pas fini : il garde son port. `fg` le reprend, `kill %1` le termine.";
    SIGTTIN Stops [], "Un programme en arrière-plan a voulu lire le clavier.";
    SIGTTOU Stops [], "Un programme en arrière-plan a voulu écrire sur le terminal ou le régler.";
    SIGURG Nothing [], "Des octets urgents (`MSG_OOB`) sont arrivés sur un socket.";
    SIGXCPU Dumps [], "Le processus a dépassé son temps de calcul permis.";
    SIGXFSZ Dumps [], "Le processus a voulu écrire un fichier plus grand que permis.";
    SIGVTALRM Ends [], "Un réveil compté en temps de calcul (`setitimer`) est passé.";
    SIGPROF Ends [], "Un réveil de mesure (`setitimer`) est passé.";
    SIGWINCH Nothing [], "La fenêtre du terminal a changé de taille.";
    SIGIO Ends [], "Un descripteur réglé avec `O_ASYNC` est prêt.";
    SIGPWR Ends [], "L’alimentation électrique faiblit.";
    SIGSYS Dumps [], "Un appel système interdit, par exemple par un filtre seccomp.";
};
