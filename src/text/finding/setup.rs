//! Making sockets: addresses, ports, options, and failures that nobody looked at.

use crate::syscall::name::Name;
use crate::text::finding::Composed;
use crate::text::finding::case::{Case, named};

pub(super) fn no_reuseaddr(case: Case) -> Composed {
    let happened =
        "`bind` attache le socket d’écoute à son port sans que `setsockopt` y ait posé `SO_REUSEADDR` avant.";
    let again = if case.is_weakness() {
        " Au redémarrage, `bind` a échoué avec EADDRINUSE : une connexion finie gardait encore le port."
    } else {
        ""
    };
    Composed::happened(format!("{happened}{again}"))
}

pub(super) fn unchecked_setup(case: Case) -> Composed {
    if case.was_in_progress() {
        return never_asked(case);
    }
    let call = case.call();
    let title = match &call {
        Some(call) => format!("{call} échoue, et votre programme continue."),
        None => "Un appel échoue, et votre programme continue.".to_owned(),
    };
    let who = call.as_deref().map_or_else(|| "Un appel de préparation".to_owned(), |call| format!("`{call}`"));
    let happened = format!("{who} rend -1{}, et le programme poursuit comme si l’appel avait réussi.", case.in_words());
    let moved = case.has_succeeded(Name::Listen);
    let why = call.as_deref().map(|call| after_failure(call, moved).to_owned());
    let instead = Some(check(call.as_deref().unwrap_or("bind")));
    Composed { why, instead, ..Composed::titled(title, happened) }
}

/// A connection that was begun, and of whose end the first send was told.
fn never_asked(case: Case) -> Composed {
    let happened = format!(
        "`connect`, sur un socket non bloquant, rend -1 avec EINPROGRESS, puis la connexion échoue{}. Le programme ne l’a pas \
         demandé : c’est l’envoi qui l’apprend.",
        case.in_words()
    );
    Composed::titled("La connexion échoue, et votre programme continue.", happened).advised(
        "POLLOUT dit que la tentative est finie, pas qu’elle a réussi. Envoyer quand même fait prendre un refus pour une panne \
         de l’envoi, et l’adresse suivante n’est pas essayée.",
        "Après `poll`, demandez le résultat : `getsockopt(fd, SOL_SOCKET, SO_ERROR, &erreur, &taille)`. Si `erreur` n’est pas 0, \
         c’est l’échec de `connect`.",
    )
}

/// How the result of this call is looked at.
fn check(call: &str) -> String {
    let test = match call {
        "socket" => "(fd = socket(…)) == -1".to_owned(),
        "accept" | "accept4" => format!("(client = {call}(…)) == -1"),
        _ => format!("{call}(…) == -1"),
    };
    format!(
        "Comparez le résultat de chaque appel à -1, dites la cause par `perror`, puis arrêtez ou réessayez : \
         `if ({test}) {{ perror(\"{call}\"); exit(EXIT_FAILURE); }}`"
    )
}

/// What the next calls meet; `moved` where `listen` has taken another port.
fn after_failure(call: &str, moved: bool) -> &'static str {
    match call {
        "socket" => {
            "Le descripteur vaut alors -1, qui ne désigne rien : tous les appels suivants échouent avec EBADF, et leur \
             message ne dit plus la vraie cause."
        }
        "bind" if !moved => "Le socket n’a pas l’adresse voulue : qui l’y cherche ne le trouvera pas.",
        "bind" => {
            "Le socket n’a pas le port voulu. `listen` réussit quand même : le noyau lui choisit un port au hasard, où \
             aucun client ne le cherchera."
        }
        "listen" => {
            "Le socket n’est pas à l’écoute : les clients sont refusés, et `accept` échoue avec EINVAL, sans fin si \
             c’est dans une boucle."
        }
        "accept" => "Le descripteur vaut alors -1, qui ne désigne aucun client : tout ce qui suit échoue avec EBADF.",
        "connect" => {
            "Le socket n’a pas de pair : y écrire tue le programme par SIGPIPE ou rend EPIPE, y lire rend ENOTCONN."
        }
        _ => {
            "La suite travaille sur un socket qui n’est pas dans l’état voulu. Elle échouera plus loin, et son message \
             ne dira plus la vraie cause."
        }
    }
}

pub(super) fn missing_htons(case: Case) -> Composed {
    let Some((used, meant)) = case.ports() else { return Composed::default() };
    if case.is_weakness() {
        return Composed::titled(
            format!("Le port {used} est peut-être {meant} sans htons."),
            format!("L’adresse porte le port {used}. Ses deux octets, échangés, font {meant}, un port que l’on choisit souvent."),
        )
        .advised(
            format!("Si vous vouliez le port {meant}, personne ne vous trouve au port annoncé. Si vous vouliez {used}, tout va bien."),
            format!("Pour le port {meant} : `adresse.sin_port = htons({meant})`."),
        );
    }
    Composed::titled(
        format!("Le port {used} est {meant} sans htons."),
        format!(
            "L’adresse porte le port {used}. Ses deux octets, échangés, font {meant} : c’est le port voulu, rangé \
             dans l’ordre de votre processeur."
        ),
    )
}

pub(super) fn missing_socket(case: Case) -> Composed {
    let call = case
        .call()
        .or_else(|| case.last_call())
        .map_or_else(|| "Un appel de socket".to_owned(), |call| format!("`{call}`"));
    let on = case.0.fd.map_or_else(String::new, |fd| format!(" {fd}"));
    let happened = format!(
        "{call} porte sur le descripteur{on}, que ni `socket`, ni `accept` n’ont donné ; l’appel échoue{}.",
        case.in_words()
    );
    Composed::happened(happened)
}

pub(super) fn bad_address(case: Case) -> Composed {
    match case.address().as_deref() {
        Some(address) if address.starts_with("255.255.255.255") => failed_inet_addr(),
        Some(address) if address.starts_with("0.0.0.0") || address.starts_with("[::]") || address == "::" => {
            any_address(address)
        }
        _ if case.is_weakness() => any_address("0.0.0.0"),
        address => wrong_family(case, address),
    }
}

fn failed_inet_addr() -> Composed {
    Composed::titled(
        "L’adresse 255.255.255.255 est un échec de inet_addr.",
        "L’adresse donnée au noyau est 255.255.255.255 : `inet_addr` rend cette valeur (`INADDR_NONE`) quand son texte \
         n’est pas une adresse.",
    )
    .advised(
        "`inet_addr` ne cherche pas les noms : `inet_addr(\"www.exemple.fr\")` échoue, et sa valeur d’échec est \
             aussi une adresse, celle de la diffusion. Le programme s’adresse alors à n’importe quoi.",
        "Pour un nom, appelez `getaddrinfo`. Pour une adresse écrite, `inet_pton`, et vérifiez qu’il rend 1 : \
             `if (inet_pton(AF_INET, texte, &adresse.sin_addr) != 1)`.",
    )
}

fn any_address(address: &str) -> Composed {
    Composed::titled(
        "Votre programme se connecte à 0.0.0.0.",
        format!("`connect` vise {address}, qui veut dire « toutes les adresses de cette machine »."),
    )
    .advised(
        "C’est une adresse pour `bind`, pas une destination. Linux la comprend comme la machine elle-même ; ailleurs, \
             `connect` échoue.",
        "Donnez l’adresse du serveur : 127.0.0.1 s’il est sur la même machine, la sienne sinon.",
    )
}

fn wrong_family(case: Case, address: Option<&str>) -> Composed {
    let address = address.map(|address| format!(" ({address})")).unwrap_or_default();
    let call = case.call().map_or_else(|| "L’appel".to_owned(), |call| format!("`{call}`"));
    Composed::happened(format!(
        "{call} reçoit une adresse{address} qui n’est pas de la famille du socket, ou qui n’est l’adresse de \
             personne{}.",
        case.in_words()
    ))
}

pub(super) fn bad_addrlen(case: Case) -> Composed {
    let call = case.call().or_else(|| case.last_call());
    let title = call.as_ref().map(|call| format!("La longueur d’adresse donnée à {call} est fausse."));
    let call = call.map_or_else(|| "`bind` ou `connect`".to_owned(), |call| format!("`{call}`"));
    if let (Some((given, wanted)), Some(address)) = (case.lengths(), case.address()) {
        return cut_path(title, case, (&call, given, wanted, &address));
    }
    let lengths = match case.lengths() {
        Some((8, wanted)) => format!(" : 8, la taille d’un pointeur, au lieu de {wanted}"),
        Some((given, wanted)) => format!(" : {given} au lieu de {wanted}"),
        None => ", par exemple celle d’un pointeur".to_owned(),
    };
    let happened =
        format!("{call} reçoit une longueur qui n’est pas celle de l’adresse{lengths}. L’appel échoue avec EINVAL.");
    Composed { title, ..Composed::happened(happened) }
}

fn cut_path(title: Option<String>, case: Case, (call, given, wanted, address): (&str, u64, u64, &str)) -> Composed {
    let happened = format!(
        "{call} reçoit une adresse dont le chemin va jusqu’à l’octet {wanted}, avec la longueur {given} : le noyau n’en lit \
         que {address}, où personne n’écoute, et l’appel échoue{}.",
        case.in_words()
    );
    let composed = Composed { title, ..Composed::happened(happened) };
    composed.advised(
        "Une `struct sockaddr_un` fait 110 octets : 2 pour la famille, le reste pour le chemin. `struct sockaddr` n’en \
             fait que 16 : `sizeof(struct sockaddr)` coupe le chemin après 14 caractères.",
        "Donnez la taille de la variable elle-même : `connect(fd, (struct sockaddr *)&adresse, sizeof adresse)`. Ici, \
             `adresse` est une `struct sockaddr_un` mise à zéro d’abord.",
    )
}

pub(super) fn accept_addrlen(case: Case) -> Composed {
    let call = case.call().unwrap_or_else(|| "accept".to_owned());
    let (title, happened) = if case.is_defect() && case.errno().is_some() {
        (
            format!("{call} échoue : sa longueur d’adresse est fausse."),
            format!("`{call}` échoue{} à cause de son {} argument.", case.in_words(), which(&call)),
        )
    } else {
        (format!("{call} reçoit une longueur d’adresse mal remplie."), given_length(case, &call))
    };
    let (of, instead) = filled(&call);
    let why = format!(
        "Ce {} argument sert dans les deux sens. À l’appel, il dit la place que vous offrez ; au retour, ce qui a été \
         écrit. Jamais rempli, il contient ce qui traînait en mémoire : un jour, un nombre négatif, et `{call}` rend \
         EINVAL ; un autre, 0, et l’adresse{of} n’est pas écrite.",
        which(&call)
    );
    Composed::titled(title, happened).advised(why, instead)
}

/// Which argument points to the length.
fn which(call: &str) -> &'static str {
    if call == "recvfrom" { "sixième" } else { "troisième" }
}

/// Whose address it is, and how to write the call.
fn filled(call: &str) -> (&'static str, String) {
    let before = "Remplissez-le avant chaque appel : `socklen_t taille = sizeof";
    match call {
        "recvfrom" => (
            " de l’expéditeur",
            format!(
                "{before} client`. Puis : `recvfrom(fd, tampon, sizeof tampon, 0, (struct sockaddr *)&client, &taille)`. \
                 Si l’adresse ne vous sert pas : `recv(fd, tampon, sizeof tampon, 0)`."
            ),
        ),
        "getsockname" | "getpeername" => {
            ("", format!("{before} adresse`. Puis : `{call}(fd, (struct sockaddr *)&adresse, &taille)`."))
        }
        _ => (
            " du client",
            format!(
                "{before} client`. Puis : `accept(fd, (struct sockaddr *)&client, &taille)`. Si l’adresse ne vous sert \
                 pas : `accept(fd, NULL, NULL)`."
            ),
        ),
    }
}

fn given_length(case: Case, call: &str) -> String {
    let at = format!("À l’appel de `{call}`, `addrlen` désigne");
    match case.lengths() {
        Some((0, _)) => format!("{at} la valeur 0 : aucune place pour l’adresse."),
        Some((given, _)) => format!(
            "{at} la valeur {given}, qui n’est la taille d’aucune adresse : la variable n’a sans doute jamais été remplie."
        ),
        None => format!(
            "{at} une valeur qui n’est la taille d’aucune adresse : la variable n’a sans doute jamais été remplie."
        ),
    }
}

pub(super) fn client_fixed_port(case: Case) -> Composed {
    let port = case.port().map_or_else(|| "un port choisi d’avance".to_owned(), |port| format!("le port {port}"));
    Composed::happened(format!("`bind` donne {port} à un socket qui fait ensuite `connect`."))
}

pub(super) fn accept_before_listen(case: Case) -> Composed {
    let errno = case.errno().map_or_else(|| "EINVAL".to_owned(), named);
    Composed::happened(format!(
        "`accept` échoue ({errno}) : le socket n’est pas à l’écoute, `listen` ne l’y a pas mis."
    ))
}

pub(super) fn listen_loopback_only(case: Case) -> Composed {
    let address = case.address().unwrap_or_else(|| "127.0.0.1".to_owned());
    Composed::happened(format!("Le socket d’écoute est attaché à {address} : seule cette machine peut l’atteindre."))
}

pub(super) fn obsolete_function(case: Case) -> Composed {
    let Some(name) = case.function() else { return Composed::default() };
    let composed = Composed::titled(
        format!("Votre programme emploie {name}, fonction dépassée."),
        format!("L’exécutable fait appel à `{name}`, que son manuel dit dépassée."),
    );
    match replacement(&name) {
        Some((why, instead)) => composed.advised(why, instead),
        None => composed,
    }
}

/// What to say of that one; nothing where the page says it of all.
fn replacement(function: &str) -> Option<(&'static str, &'static str)> {
    Some(match function {
        "gethostbyname" | "gethostbyaddr" => (
            "`gethostbyname` ne connaît que l’IPv4, et rend un pointeur vers une mémoire partagée : deux fils ne peuvent \
             s’en servir ensemble. Elle ne figure plus dans POSIX.",
            "Appelez `getaddrinfo`, qui rend une liste d’adresses IPv4 et IPv6 à essayer l’une après l’autre.",
        ),
        "inet_addr" => (
            "`inet_addr` rend -1 quand elle échoue, et -1 est aussi l’adresse 255.255.255.255 : on ne peut les \
             distinguer. Elle ne connaît que l’IPv4.",
            "Appelez `inet_pton(AF_INET, texte, &adresse.sin_addr)`, et vérifiez qu’elle rend 1.",
        ),
        "inet_ntoa" => (
            "`inet_ntoa` écrit dans une mémoire unique, que l’appel suivant efface : deux adresses dans un même `printf` \
             s’affichent pareilles. Elle ne connaît que l’IPv4.",
            "Appelez `inet_ntop(AF_INET, &adresse.sin_addr, texte, sizeof texte)`, avec votre propre tableau.",
        ),
        "gets" => (
            "`gets` ne connaît pas la taille du tableau : une ligne trop longue écrase la mémoire qui suit. Le C l’a \
             retirée en 2011.",
            "Appelez `fgets(ligne, sizeof ligne, stdin)`, et vérifiez qu’elle ne rend pas `NULL`.",
        ),
        "bzero" | "bcopy" => (
            "Ces fonctions viennent de l’Unix de Berkeley et ne figurent plus dans POSIX.",
            "Mettez la structure à zéro dès sa déclaration : `struct sockaddr_in adresse = {0}`. Ou appelez `memset`. Pour \
             copier et comparer : `memcpy` et `memcmp`.",
        ),
        _ => return None,
    })
}

pub(super) fn einprogress_fatal(case: Case) -> Composed {
    let call = case.call().unwrap_or_else(|| "connect".to_owned());
    Composed::happened(format!(
        "`{call}`, sur un socket non bloquant, rend -1 avec EINPROGRESS : la connexion est en route. Le programme prend cela \
         pour une panne et s’arrête."
    ))
}

pub(super) fn broadcast_forbidden(case: Case) -> Composed {
    let address = case.address().map(|address| format!(" {address}")).unwrap_or_default();
    Composed::happened(format!(
        "L’envoi à l’adresse de diffusion{address} échoue avec EACCES : l’option SO_BROADCAST n’est pas mise."
    ))
}
