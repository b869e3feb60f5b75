use super::{Side, client, client_gone, command, data, family, is_thread, more_bytes, note, or_url, unix_command};
use crate::event::Reach;
use crate::event::peer::{Client, ClientGone, Data, End, PeerNote, Transport};
use crate::syscall::sys::Direction;

/// As French writes it, with plain spaces.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn who_comes_and_goes_is_named() {
    let nc = Client { number: 3, address: "127.0.0.1:50312".into(), pid: Some(42011), command: Some("nc".into()) };
    assert_eq!(client(&nc), "client 3, depuis 127.0.0.1:50312, nc (pid 42011)");
    let unnamed = Client { address: String::new(), pid: None, command: None, ..nc };
    assert_eq!(client(&unnamed), "client 3");
    let gone = ClientGone {
        number: 3,
        address: "127.0.0.1:50312".into(),
        received: 0,
        sent: 12_431,
        unsent: 0,
        missed: 0,
        end: End::ResetByPeer,
    };
    let deaf = ClientGone { unsent: 1, missed: 16_497, ..gone.clone() };
    let said = plain(&client_gone(&deaf));
    assert!(said.ends_with("12 431 octets envoyés, 1 octet jamais parti, 16 497 lignes perdues pour lui."), "{said}");
    assert_eq!(
        plain(&client_gone(&gone)),
        "client 3, 127.0.0.1:50312 : le pair a réinitialisé la connexion (RST) ; aucun octet reçu, 12 431 octets envoyés."
    );
}

#[test]
fn what_is_typed_reaches_the_server() {
    let place = |address: &str| Reach { local: true, address: address.into(), port: 3001 };
    assert_eq!(command(Transport::Tcp, &place("127.0.0.1")), "nc 127.0.0.1 3001");
    assert_eq!(command(Transport::Udp, &place("::1")), "nc -u ::1 3001");
    assert_eq!(or_url(&place("::1")), "ou http://[::1]:3001/");
    assert_eq!(unix_command("/tmp/s"), "nc -U /tmp/s");
    assert_eq!(unix_command("l'été $x"), "nc -U 'l'\\''été $x'");
}

#[test]
fn directions_are_told_apart_in_words() {
    let bytes = |direction, peer: Option<&str>, total| Data {
        actor: "serveur".into(),
        peer: peer.map(str::to_owned),
        direction,
        offset: 0,
        total,
        bytes: Vec::new(),
    };
    let shown = |direction, peer, total| plain(&data(&bytes(direction, peer, total)));
    assert_eq!(shown(Direction::Received, Some("x:1"), 24), "serveur reçoit de x:1, 24 octets :");
    assert_eq!(shown(Direction::Sent, Some(""), 1), "serveur envoie 1 octet :");
    assert_eq!(shown(Direction::Received, None, 0), "serveur reçoit un datagramme vide.");
    assert_eq!(plain(&more_bytes(13_204)), "… 13 204 octets de plus");
}

#[test]
fn what_is_not_shown_is_counted() {
    let both = |count, remarks| plain(&note(&PeerNote::CallsSkipped { count, remarks }, Side::Server));
    let skipped = |count| both(count, 0);
    let also = "12 431 appels semblables et 1 remarque, non montrés : les montrer aurait ralenti le serveur.";
    assert_eq!(both(12_431, 1), also);
    assert_eq!(both(0, 1), "1 remarque, non montrée : la montrer aurait ralenti le serveur.");
    assert_eq!(both(0, 2), "2 remarques, non montrées : les montrer aurait ralenti le serveur.");
    assert_eq!(both(1, 2), "1 appel semblable et 2 remarques, non montrés : les montrer aurait ralenti le serveur.");
    let many = "12 431 appels semblables, non montrés : les montrer aurait ralenti le serveur.";
    assert_eq!(skipped(12_431), many);
    assert_eq!(skipped(1), "1 appel semblable, non montré : le montrer aurait ralenti le serveur.");
}

#[test]
fn actors_of_a_kind_share_a_name() {
    assert_eq!(["fil 3", "enfant 12", "client", "serveur"].map(family), ["fil", "enfant", "client", "serveur"]);
    assert!(is_thread("fil 3") && !is_thread("fil") && !is_thread("enfant 3"));
}
