//! The local cause of a failure, and one thing to do about it.

use crate::event::Cause;
use crate::text::quantity::remaining;

/// What happened here, what to do, and the whole command to type where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub sentence: String,
    pub advice: String,
    pub command: Option<String>,
}

/// The cause in words; `lesson` is the lesson being played, for the command that replays it elsewhere.
#[must_use]
pub fn cause(cause: &Cause, lesson: Option<u32>) -> Explanation {
    match cause {
        Cause::HeldByProcess { port, pid, command, state } => explanation(
            format!("Le port {port} est pris par {command} (pid {pid}), {}.", holding(state)),
            format!("Arrêtez-le (kill {pid}), ou prenez un autre port :"),
            Some(elsewhere(lesson)),
        ),
        Cause::HeldByAccount { port, uid, account, state } => explanation(
            format!(
                "Le port {port} est pris par un processus {}, {}.",
                owner(*uid, account.as_deref()),
                holding(state)
            ),
            "Votre compte ne peut ni le voir ni l’arrêter. Prenez un autre port :".to_owned(),
            Some(elsewhere(lesson)),
        ),
        Cause::TimeWait { port, remaining_ms } => explanation(
            format!(
                "Une connexion terminée garde encore le port {port} : TIME_WAIT, encore {}.",
                remaining(*remaining_ms)
            ),
            "Attendez ce délai, ou posez SO_REUSEADDR avant bind. Pour voir cette connexion :".to_owned(),
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
        Cause::NobodyListens { address } => explanation(
            format!("Aucun socket n’écoute à l’adresse {address} : la demande de connexion est refusée."),
            "Lancez d’abord le serveur. Voyez qui écoute :".to_owned(),
            Some("ss -tln".to_owned()),
        ),
        Cause::ByteSwapped { port, listening } => explanation(
            format!(
                "Aucun socket n’écoute sur le port {port}, mais un socket écoute sur le port {listening} : les deux mêmes octets, échangés."
            ),
            "Passez le numéro de port par htons. Voyez qui écoute :".to_owned(),
            Some("ss -tln".to_owned()),
        ),
    }
}

fn explanation(sentence: String, advice: String, command: Option<String>) -> Explanation {
    Explanation { sentence, advice, command }
}

fn elsewhere(lesson: Option<u32>) -> String {
    match lesson {
        Some(number) => format!("socketlab lesson {number} --port auto"),
        None => "ss -tlnp".to_owned(),
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
    use super::cause;
    use crate::event::Cause;

    #[test]
    fn a_held_port_names_its_holder_and_a_whole_command() {
        let held = Cause::HeldByProcess { port: 3001, pid: 40977, command: "python3".into(), state: "LISTEN".into() };
        let text = cause(&held, Some(3));
        assert_eq!(text.sentence, "Le port 3001 est pris par python3 (pid 40977), à l’écoute.");
        assert_eq!(text.command.as_deref(), Some("socketlab lesson 3 --port auto"));
    }

    #[test]
    fn another_account_is_named_where_it_has_a_name() {
        let held = |account: Option<&str>| Cause::HeldByAccount {
            port: 3001,
            uid: 1001,
            account: account.map(str::to_owned),
            state: "LISTEN".into(),
        };
        assert!(cause(&held(Some("dupont")), None).sentence.contains("du compte dupont (uid 1001)"));
        assert!(cause(&held(None), None).sentence.contains("d’un autre compte (uid 1001)"));
    }
}
