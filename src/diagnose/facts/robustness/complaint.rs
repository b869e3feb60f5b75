//! Error messages that name a call.

use crate::diagnose::ledger::process::Last;
use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub line: Vec<u8>,
    /// It ends with the text of an errno, as perror(3) writes it.
    pub has_errno: bool,
}

impl Complaint {
    /// The line says that something failed, and nothing else: `Accepting Failed`.
    #[must_use]
    pub fn is_verdict(&self) -> bool {
        let line = String::from_utf8_lossy(&self.line).trim_end_matches(['.', '!', ' ']).to_lowercase();
        let short = line.split_whitespace().count() <= 3;
        short && VERDICTS.iter().any(|word| line.ends_with(word))
    }
}

/// Words with which a message of failure ends.
const VERDICTS: &[&str] = &["failed", "failure", "echoue", "\u{e9}chou\u{e9}"];

/// What strerror(0) says: there was no error.
const SUCCESS: &[&str] = &["Success", "Succ\u{e8}s", "No error information", "Undefined error: 0"];

/// What people write when something fails, without accents.
const FAILURES: &[&str] =
    &["err", "fail", "echec", "echou", "impossible", "cannot", "can't", "could not", "unable", "probl"];

/// How each call is named in messages.
const NAMES: &[(Sys, &[&str])] = &[
    (Sys::Socket, &["socket"]),
    (Sys::Bind, &["bind", "liaison"]),
    (Sys::Listen, &["listen", "ecoute"]),
    (Sys::Accept, &["accept"]),
    (Sys::Accept4, &["accept"]),
    (Sys::Connect, &["connect", "connexion"]),
    (Sys::Setsockopt, &["setsockopt"]),
    (Sys::Send, &["send", "envoi"]),
    (Sys::Sendto, &["send", "envoi"]),
    (Sys::Write, &["write", "envoi"]),
    (Sys::Recv, &["recv", "receive", "reception"]),
    (Sys::Recvfrom, &["recv", "receive", "reception"]),
    (Sys::Read, &["read", "lecture"]),
];

/// The line that complains of this call.
#[must_use]
pub fn of(said: &[u8], sys: Sys) -> Option<Complaint> {
    let names = NAMES.iter().find(|row| row.0 == sys).map(|row| row.1)?;
    let text = String::from_utf8_lossy(said);
    text.lines().find_map(|line| {
        let (before, after) = line.rsplit_once(':').unwrap_or((line, ""));
        let has_errno = is_errno_text(after.trim());
        let about = if has_errno { before } else { line }.to_lowercase().replace(['\u{e9}', '\u{e8}'], "e");
        let is_named = names.iter().any(|name| about.contains(name));
        let failing = has_errno || FAILURES.iter().any(|word| about.contains(word));
        (is_named && failing).then(|| Complaint { line: line.as_bytes().to_vec(), has_errno })
    })
}

/// The line of a perror(3) when errno was 0, whatever it names.
#[must_use]
pub fn of_nothing(said: &[u8]) -> Option<Complaint> {
    let text = String::from_utf8_lossy(said);
    let line = text.lines().find(|line| {
        let after = line.rsplit_once(": ").or_else(|| line.rsplit_once(":\u{a0}")).map(|(_, after)| after.trim());
        after.is_some_and(|after| SUCCESS.contains(&after))
    })?;
    Some(Complaint { line: line.as_bytes().to_vec(), has_errno: true })
}

/// A line about this failure, which names the call or gives the text of its errno.
#[must_use]
pub fn is_about(said: &[u8], sys: Sys, errno: Errno) -> bool {
    of(said, sys).is_some() || String::from_utf8_lossy(said).contains(errno.english())
}

fn is_errno_text(text: &str) -> bool {
    SUCCESS.contains(&text) || Errno::all().any(|errno| errno.english() == text)
}

/// The call did what it was for: 0 from a receive is an end, which is told as an error well enough.
#[must_use]
pub fn is_success(last: &Last) -> bool {
    let setup = matches!(
        last.sys,
        Sys::Socket | Sys::Bind | Sys::Listen | Sys::Accept | Sys::Accept4 | Sys::Connect | Sys::Setsockopt
    );
    setup || last.number.is_some_and(|number| number > 0)
}

#[cfg(test)]
mod tests {
    use super::{is_about, of, of_nothing};
    use crate::syscall::errno::Errno;
    use crate::syscall::sys::Sys;

    #[test]
    fn a_line_that_complains_of_a_call() {
        for (said, sys, has_errno) in [
            ("bind: Success", Sys::Bind, Some(true)),
            ("bind : Succès", Sys::Bind, Some(true)),
            ("bind: Address already in use", Sys::Bind, Some(true)),
            ("server: bind(): Invalid argument", Sys::Bind, Some(true)),
            ("bind: No error information", Sys::Bind, Some(true)),
            ("Erreur de bind", Sys::Bind, Some(false)),
            ("BIND FAILED", Sys::Bind, Some(false)),
            ("Échec de la liaison", Sys::Bind, Some(false)),
            ("Erreur lors de l'écoute", Sys::Listen, Some(false)),
            ("impossible d'établir la connexion", Sys::Connect, Some(false)),
            ("problème de réception", Sys::Recv, Some(false)),
            ("erreur : lecture", Sys::Read, Some(false)),
            ("cannot accept", Sys::Accept4, Some(false)),
            ("bind ok", Sys::Bind, None),
            ("bind: port 3001", Sys::Bind, None),
            ("error", Sys::Bind, None),
            ("Success", Sys::Bind, None),
            ("listen: Success", Sys::Bind, None),
            ("read: Success", Sys::Poll, None),
            ("", Sys::Bind, None),
        ] {
            let complaint = of(said.as_bytes(), sys);
            assert_eq!(complaint.as_ref().map(|complaint| complaint.has_errno), has_errno, "{said}");
            assert_eq!(complaint.map(|complaint| complaint.line), has_errno.map(|_| said.as_bytes().to_vec()));
        }
    }

    #[test]
    fn a_short_line_may_say_that_it_failed_and_no_more() {
        for (said, verdict) in [
            ("Accepting Failed", true),
            ("accept failed !", true),
            ("L'accept a échoué", true),
            ("accept: 3 failed so far", false),
            ("accept failed once: 2 clients have left", false),
            ("failed to accept", false),
        ] {
            assert_eq!(
                of(said.as_bytes(), Sys::Accept).is_some_and(|complaint| complaint.is_verdict()),
                verdict,
                "{said}"
            );
        }
    }

    #[test]
    fn no_error_at_all_may_be_told_under_any_name() {
        assert_eq!(of_nothing(b"ok\nerrno : Success\n").unwrap().line, b"errno : Success");
        assert!(of_nothing(b"serveur: Success").is_some());
        for fine in ["Success", "Connection successful", "login: Success story", "a: Broken pipe"] {
            assert!(of_nothing(fine.as_bytes()).is_none(), "{fine}");
        }
    }

    #[test]
    fn the_line_is_found_among_others() {
        let complaint = of(b"bind ok\nsend: Broken pipe\nsend: Success\n", Sys::Send).unwrap();
        assert_eq!((complaint.line, complaint.has_errno), (b"send: Broken pipe".to_vec(), true));
    }

    #[test]
    fn a_failure_is_told_by_its_call_or_by_its_text() {
        assert!(is_about(b"recv error\n", Sys::Recv, Errno::EINTR));
        assert!(is_about(b"oh: Interrupted system call\n", Sys::Recv, Errno::EINTR));
        assert!(!is_about(b"oh: Broken pipe\n", Sys::Recv, Errno::EINTR));
        assert!(!is_about(b"recv\n", Sys::Recv, Errno::EINTR));
    }
}
