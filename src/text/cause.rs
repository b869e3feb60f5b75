//! The local cause of a failure, and one thing to do about it.

mod socket_file;

use crate::event::Cause;
use crate::text::quantity::remaining;

/// What happened here, what to do, and the whole command to type where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub sentence: String,
    pub advice: String,
    pub command: Option<String>,
}

/// What is being played: what there is to do depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    Lesson(u32),
    /// `socketlab serve`.
    Server,
    /// `socketlab connect`.
    Client,
    Other,
}

/// The cause in words, and the command that plays elsewhere.
#[must_use]
pub fn cause(cause: &Cause, scene: Scene) -> Explanation {
    match cause {
        Cause::SocketFileHeld { .. }
        | Cause::SocketFileStale { .. }
        | Cause::NoSocketThere { .. }
        | Cause::NoFileThere { .. } => socket_file::cause(cause, scene),
        Cause::HeldByProcess { port, pid, command, state } => explanation(
            format!("Le port {port} est pris par {command} (pid {pid}), {}.", holding(state)),
            format!("Arrêtez-le (kill {pid}), ou {} :", another_port(scene).1),
            Some(elsewhere(scene)),
        ),
        Cause::HeldByAccount { port, uid, account, state } => explanation(
            format!(
                "Le port {port} est pris par un processus {}, {}.",
                owner(*uid, account.as_deref()),
                holding(state)
            ),
            format!("Votre compte ne peut ni le voir ni l’arrêter. {} :", another_port(scene).0),
            Some(elsewhere(scene)),
        ),
        Cause::TimeWait { port, remaining_ms } => explanation(
            format!(
                "Une connexion terminée garde encore le port {port} : TIME_WAIT, encore {}.",
                remaining(*remaining_ms)
            ),
            match scene {
                Scene::Client => "Attendez ce délai, ou retirez --bind. Pour voir cette connexion :".to_owned(),
                _ => "Attendez ce délai, ou posez SO_REUSEADDR avant bind. Pour voir cette connexion :".to_owned(),
            },
            Some("ss -tan state time-wait".to_owned()),
        ),
        Cause::NotLocal { address } => explanation(
            format!("{address} n’est pas une adresse de cette machine."),
            "Voyez celles qu’elle a :".to_owned(),
            Some("ip -brief address".to_owned()),
        ),
        Cause::Reserved { port, first_free } => explanation(
            format!("Les ports inférieurs à {first_free} sont réservés aux processus privilégiés : {port} en est un."),
            format!("Prenez un port à partir de {first_free}. La limite se lit ainsi :"),
            Some("cat /proc/sys/net/ipv4/ip_unprivileged_port_start".to_owned()),
        ),
        Cause::NobodyListens { .. }
        | Cause::NobodyReceives { .. }
        | Cause::NoIpv6 { .. }
        | Cause::ByteSwapped { .. } => unanswered(cause, scene),
    }
}

/// Why nobody answers there.
fn unanswered(cause: &Cause, scene: Scene) -> Explanation {
    match cause {
        Cause::NobodyListens { address } => explanation(
            format!("Aucun socket n’écoute à l’adresse {address} : la demande de connexion est refusée."),
            "Lancez d’abord le serveur. Voyez qui écoute :".to_owned(),
            Some("ss -tln".to_owned()),
        ),
        Cause::NobodyReceives { address } => explanation(
            format!(
                "Aucun socket UDP n’attend à l’adresse {address} : le datagramme est perdu, et une erreur revient."
            ),
            "Lancez d’abord le serveur. Voyez qui attend des datagrammes :".to_owned(),
            Some("ss -lun".to_owned()),
        ),
        Cause::NoIpv6 { address } => explanation(
            format!("Aucune interface de cette machine n’a d’adresse IPv6 : {address} ne mène nulle part d’ici."),
            "Prenez une adresse IPv4 (127.0.0.1 pour cette machine). Voyez les adresses IPv6 :".to_owned(),
            Some("ip -6 -brief address".to_owned()),
        ),
        Cause::ByteSwapped { port, listening } => explanation(
            format!(
                "Aucun socket n’écoute sur le port {port}, mais un socket écoute sur le port {listening} : les deux mêmes octets, échangés."
            ),
            match scene {
                Scene::Client => "Le serveur a sans doute oublié htons : corrigez-le. Voyez qui écoute :".to_owned(),
                _ => "Passez le numéro de port par htons. Voyez qui écoute :".to_owned(),
            },
            Some("ss -tln".to_owned()),
        ),
        _ => explanation(String::new(), String::new(), None),
    }
}

fn explanation(sentence: String, advice: String, command: Option<String>) -> Explanation {
    Explanation { sentence, advice, command }
}

/// At the start of a sentence, and within one.
fn another_port(scene: Scene) -> (&'static str, &'static str) {
    match scene {
        Scene::Client => (
            "Retirez --bind, le noyau choisira un port libre. Qui tient les autres",
            "retirez --bind, le noyau choisira un port libre. Qui tient les autres",
        ),
        _ => ("Prenez un autre port", "prenez un autre port"),
    }
}

fn elsewhere(scene: Scene) -> String {
    match scene {
        Scene::Lesson(number) => format!("socketlab lesson {number} --port auto"),
        Scene::Server => "socketlab serve --port auto".to_owned(),
        Scene::Client | Scene::Other => "ss -tlnp".to_owned(),
    }
}

fn holding(state: &str) -> String {
    match state {
        "LISTEN" => "à l’écoute".to_owned(),
        "CLOSE" => "qui l’a réservé par bind".to_owned(),
        other => format!("état {other}"),
    }
}

fn owner(uid: u32, account: Option<&str>) -> String {
    match account {
        Some(name) => format!("du compte {name} (uid {uid})"),
        None => format!("d’un autre compte (uid {uid})"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Scene, cause};
    use crate::event::Cause;

    #[test]
    fn a_held_port_names_its_holder_and_a_whole_command() {
        let held = Cause::HeldByProcess { port: 3001, pid: 40977, command: "python3".into(), state: "LISTEN".into() };
        let text = cause(&held, Scene::Lesson(3));
        assert_eq!(text.sentence, "Le port 3001 est pris par python3 (pid 40977), à l’écoute.");
        assert_eq!(text.command.as_deref(), Some("socketlab lesson 3 --port auto"));
        assert_eq!(cause(&held, Scene::Server).command.as_deref(), Some("socketlab serve --port auto"));
        assert!(cause(&held, Scene::Client).advice.contains("--bind"));
    }

    #[test]
    fn another_account_is_named_where_it_has_a_name() {
        let held = |account: Option<&str>| Cause::HeldByAccount {
            port: 3001,
            uid: 1001,
            account: account.map(str::to_owned),
            state: "LISTEN".into(),
        };
        assert!(cause(&held(Some("dupont")), Scene::Other).sentence.contains("du compte dupont (uid 1001)"));
        assert!(cause(&held(None), Scene::Other).sentence.contains("d’un autre compte (uid 1001)"));
    }
}
