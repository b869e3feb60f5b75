//! Bytes sent and received: what was taken for a message, and what was not.

use crate::text::finding::Said;
use crate::text::finding::case::{Case, figure, octets, times};

pub(super) fn recv_zero_ignored(case: Case) -> Said {
    let call = case.call().unwrap_or_else(|| "recv".to_owned());
    let again =
        case.times().filter(|count| *count > 1).map(|count| format!(", au moins {}", times(count))).unwrap_or_default();
    let on = case.0.fd.map(|fd| format!(" sur le descripteur {fd}")).unwrap_or_default();
    Said::new(
        format!("{call} rend 0, et votre programme continue de lire."),
        format!("`{call}` a rendu 0{on}. Le programme a lu de nouveau au même endroit{again}, sans le fermer."),
        (
            "0 n’est pas un message vide : c’est la fin. Le pair a fermé son sens de la connexion, et plus aucun octet \
             ne viendra. Chaque appel suivant rend 0 aussitôt : la boucle tourne sans fin et occupe le processeur, ou \
             traite un message qui n’existe pas.",
            "Distinguez trois cas. Plus de 0 : des octets. 0 : la fin, quittez la boucle et appelez `close`. -1 : une \
             erreur, à dire par `perror`. Ainsi : `while ((n = recv(fd, tampon, sizeof tampon, 0)) > 0)`.",
        ),
    )
}

pub(super) fn recv_not_terminated(case: Case) -> Said {
    let happened = match (case.bytes(), case.lengths()) {
        (Some(bytes), Some((_, wanted))) => format!(
            "Il écrit {bytes}, et n’a reçu que les {} : la suite vient d’un message plus ancien, ou d’une mémoire jamais \
             remplie.",
            if wanted > 1 { format!("{} premiers octets", figure(wanted)) } else { "octets du début".to_owned() }
        ),
        _ => "Ce qu’il écrit contient des octets qui ne viennent pas du dernier `recv` : la fin d’un message plus ancien, ou \
              une mémoire jamais remplie."
            .to_owned(),
    };
    Said::new(
        "Votre programme écrit plus d’octets qu’il n’en a reçu.",
        happened,
        (
            "`recv` n’ajoute pas de caractère nul, et n’efface pas le reste du tampon. `printf(\"%s\")`, `puts` et \
             `strlen` continuent jusqu’au premier octet nul qu’ils rencontrent, n’importe où plus loin en mémoire.",
            "Gardez une place, et finissez le texte vous-même : `n = recv(fd, tampon, sizeof tampon - 1, 0)`. Puis, si `n` \
             est positif : `tampon[n] = '\\0'`. Ou écrivez exactement `n` octets : `fwrite(tampon, 1, n, stdout)`.",
        ),
    )
}

pub(super) fn framing_assumed() -> Said {
    Said::new(
        "Votre programme prend un recv pour un message entier.",
        "Il traite ce qu’un seul `recv` rend comme un message complet. Les mêmes octets, arrivés en plusieurs morceaux, \
         donnent une autre réponse.",
        (
            "TCP transporte des octets, pas des messages. Sur la boucle locale, un petit `send` arrive d’ordinaire en un \
             seul `recv` ; par un vrai réseau, il peut arriver coupé, ou collé au suivant. Le programme se trompe alors.",
            "Décidez où finit un message : une ligne finie par `\\n`, ou une longueur annoncée au début. Ajoutez chaque \
             `recv` au bout d’un tampon, traitez les messages complets, et gardez ce qui reste pour le `recv` suivant.",
        ),
    )
}

pub(super) fn recv_error_ignored(case: Case) -> Said {
    let call = case.first_call().unwrap_or_else(|| "recv".to_owned());
    let user = case.call().filter(|user| *user != call).map(|user| format!(", dans `{user}`")).unwrap_or_default();
    Said::new(
        format!("{call} échoue, et votre programme se sert du tampon."),
        format!(
            "`{call}` rend -1{}. Le programme se sert quand même de son tampon ou de sa longueur{user}.",
            case.in_words()
        ),
        (
            "Après -1, rien n’a été écrit dans le tampon : il contient l’ancien message. Et -1 pris pour une longueur \
             devient un nombre immense, ou l’indice d’une case avant le début : `tampon[-1]`.",
            "Regardez le résultat avant le tampon : `if (n == -1) { perror(\"recv\"); close(fd); }`. EINTR et EAGAIN sont à \
             part : l’appel est à refaire.",
        ),
    )
}

pub(super) fn send_whole_buffer(case: Case) -> Said {
    Said::new(
        "Votre programme envoie tout son tampon, pas son message.",
        sent(case, "le texte, puis le reste du tampon : des octets nuls, ou ce qui traînait en mémoire"),
        (
            "La longueur donnée est celle du tableau (`sizeof tampon`), quel que soit le message. Le pair reçoit le texte et \
             tout ce qui suit : il l’affiche mal, le prend pour un autre message, et lit peut-être des données qui ne le \
             regardent pas.",
            "Donnez la longueur du texte : `send(fd, tampon, strlen(tampon), 0)`. Pour renvoyer ce que `recv` a rendu, donnez \
             `n`, pas la taille du tampon.",
        ),
    )
}

pub(super) fn send_trailing_nul(case: Case) -> Said {
    Said::new(
        "Votre programme envoie aussi le caractère nul final.",
        sent(case, "le texte, et le caractère nul qui le termine en C"),
        (
            "Le caractère nul n’a de sens que dans la mémoire d’un programme C. Le pair le reçoit comme un octet de plus : un \
             client en Python, un navigateur ou un serveur HTTP y voient un caractère étranger, au début du message suivant.",
            "Envoyez le texte sans lui : `send(fd, texte, strlen(texte), 0)`, sans `+ 1`. L’opérateur `sizeof`, sur un texte entre \
             guillemets, compte aussi ce caractère. C’est à qui reçoit d’ajouter le sien.",
        ),
    )
}

pub(super) fn send_overread(case: Case) -> Said {
    Said::new(
        "Votre programme envoie de la mémoire qui suit son texte.",
        sent(case, "le texte, son caractère nul, puis des octets étrangers, lus plus loin en mémoire"),
        (
            "La longueur donnée dépasse le texte : `write(fd, \"ok\", 18)` lit 15 octets au-delà de la chaîne et de son caractère \
             nul. Le pair reçoit des morceaux de votre programme ; parfois, l’appel échoue (EFAULT).",
            "Donnez la vraie longueur : `strlen(texte)`, ou `sizeof texte - 1` pour un tableau rempli à sa déclaration. Ne \
             comptez pas les caractères à la main : « é » en fait deux octets.",
        ),
    )
}

pub(super) fn send_pointer_size(case: Case) -> Said {
    let given = case.lengths().map_or(8, |(given, _)| given);
    let text = case.lengths().filter(|(given, wanted)| wanted > given);
    let whole = text.map(|(_, wanted)| format!(", sur les {wanted} du texte")).unwrap_or_default();
    Said::new(
        format!("Votre programme envoie {given} octets : la taille d’un pointeur."),
        format!(
            "L’appel envoie {given} octets{whole}. C’est ce que vaut `sizeof` d’un pointeur, pas la longueur du texte."
        ),
        (
            "`sizeof message` donne la taille de la variable. Si elle est un `char *`, ou un paramètre de fonction écrit \
             `char message[]`, c’est un pointeur : 8 octets, quel que soit le texte. Le reste ne part jamais.",
            "Demandez la longueur du texte : `send(fd, message, strlen(message), 0)`.",
        ),
    )
}

pub(super) fn send_truncated(case: Case) -> Said {
    let lengths = match case.lengths() {
        Some((given, wanted)) => format!("Il envoie {}, alors que le texte en fait {wanted}.", octets(given)),
        None => "La longueur donnée à l’envoi est plus courte que le texte.".to_owned(),
    };
    let end = case.bytes().map(|bytes| format!(" Le pair reçoit {bytes}.")).unwrap_or_default();
    Said::new(
        "Votre programme coupe son message avant la fin.",
        format!("{lengths}{end}"),
        (
            "Une longueur écrite en chiffres ne suit pas le texte : dès qu’il s’allonge, sa fin ne part plus, et le pair attend \
             ou comprend autre chose.",
            "Calculez la longueur : `send(fd, texte, strlen(texte), 0)`.",
        ),
    )
}

/// `L’appel envoie 255 octets, pour un message de 12 : …`
fn sent(case: Case, what: &str) -> String {
    let message = case.message().map(|message| format!(" Le message est {message}.")).unwrap_or_default();
    match case.lengths() {
        Some((given, wanted)) => {
            format!("L’appel envoie {}, pour un message de {} : {what}.{message}", octets(given), figure(wanted))
        }
        None => format!("L’appel envoie plus que le message : {what}."),
    }
}

pub(super) fn request_not_read(case: Case) -> Said {
    let unread = match case.unread() {
        Some(1) => "alors qu’1 octet reçu n’a pas été lu".to_owned(),
        Some(bytes) => format!("alors que {} reçus n’ont pas été lus", octets(bytes)),
        None => "alors que des octets reçus n’ont pas été lus".to_owned(),
    };
    Said::new(
        "Votre serveur ferme la connexion sans avoir lu la requête.",
        format!("Il répond, puis ferme {}, {unread}.", case.descriptor()),
        (
            "Fermer un socket dont le tampon de réception n’est pas vide envoie un RST au lieu d’une fin normale : le noyau \
             du client jette ce qu’il n’a pas encore lu, votre réponse comprise. Un navigateur affiche alors une erreur à \
             la place de la page.",
            "Lisez la requête avant de répondre : pour HTTP, jusqu’à la ligne vide (`\\r\\n\\r\\n`). À la fin, \
             `shutdown(fd, SHUT_WR)`, lisez jusqu’à ce que `recv` rende 0, puis `close`.",
        ),
    )
}

pub(super) fn reply_not_read(case: Case) -> Said {
    let unread = case.unread().map(|bytes| format!(" ; {} attendaient d’être lus", octets(bytes))).unwrap_or_default();
    Said::new(
        "Votre client ferme sans lire la réponse.",
        format!("Il envoie sa demande, puis ferme {} sans un seul `recv`{unread}.", case.descriptor()),
        (
            "Si la réponse arrive après la fermeture, le noyau y répond par un RST, et le serveur peut échouer avec ECONNRESET \
             ou mourir de SIGPIPE. Votre client, lui, ne sait pas si sa demande a été comprise.",
            "Après l’envoi, lisez jusqu’à la fin de la réponse : `while ((n = recv(fd, tampon, sizeof tampon, 0)) > 0)`. Si vous \
             n’avez plus rien à envoyer, `shutdown(fd, SHUT_WR)` le dit au serveur.",
        ),
    )
}

pub(super) fn short_send_ignored(case: Case) -> Said {
    let call = case.call().or_else(|| case.first_call()).unwrap_or_else(|| "send".to_owned());
    let happened = match case.moved().or_else(|| case.lengths()) {
        Some((given, wanted)) => {
            format!("`{call}` a pris {} sur {}. Le reste n’est jamais parti.", octets(given), figure(wanted))
        }
        None => format!("`{call}` a rendu moins que la longueur demandée. Le reste n’est jamais parti."),
    };
    let ours = " C’est socketlab qui a raccourci cet appel (--fault), comme un réseau lent peut le faire.";
    let happened = if case.is_injected() { happened + ours } else { happened };
    Said::new(
        "La fin d’un envoi partiel n’est jamais envoyée.",
        happened,
        (
            "`send` rend le nombre d’octets que le noyau a pris. Quand son tampon est presque plein, c’est moins que demandé : ce \
             n’est pas une erreur, et la suite est à votre charge. Cela n’arrive qu’avec de gros envois ou un pair lent.",
            "Envoyez dans une boucle, en avançant de ce qui est parti : `while (fait < taille) { n = send(fd, tampon + fait, \
             taille - fait, 0); if (n == -1) break; fait += n; }`",
        ),
    )
}

pub(super) fn udp_truncated(case: Case) -> Said {
    let happened = match case.lengths() {
        Some((given, wanted)) if wanted > given.saturating_add(1) => {
            format!(
                "Un datagramme de {} arrive dans un tampon de {} : la fin est perdue.",
                octets(wanted),
                figure(given)
            )
        }
        Some((given, _)) => {
            format!("Un datagramme plus long arrive dans un tampon de {} : la fin est perdue.", octets(given))
        }
        None => "Un datagramme arrive dans un tampon plus petit que lui : la fin est perdue.".to_owned(),
    };
    Said::new(
        "Un datagramme est plus long que votre tampon.",
        happened,
        (
            "En UDP, `recvfrom` rend un datagramme entier. Ce qui n’entre pas dans le tampon est jeté : l’appel suivant rend le \
             datagramme suivant, pas la suite de celui-ci.",
            "Donnez un tampon aussi grand que le plus long message du protocole ; 65 507 octets suffisent à tous en IPv4. \
             Avec `MSG_TRUNC`, `recvfrom` rend la vraie longueur : vous voyez la coupure.",
        ),
    )
}
