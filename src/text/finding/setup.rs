//! Making sockets: addresses, ports, options, and failures that nobody looked at.

use crate::syscall::name::Name;
use crate::text::finding::Said;
use crate::text::finding::case::{Case, named};

pub(super) fn no_reuseaddr(case: Case) -> Said {
    let happened =
        "`bind` attache le socket d’écoute à son port sans que `setsockopt` y ait posé `SO_REUSEADDR` avant.";
    let again = if case.is_weakness() {
        " Au redémarrage, `bind` a échoué avec EADDRINUSE : une connexion finie gardait encore le port."
    } else {
        ""
    };
    Said::new(
        "Votre serveur ne pose pas SO_REUSEADDR avant bind.",
        format!("{happened}{again}"),
        (
            "Le côté qui ferme une connexion le premier la garde 60 secondes en TIME_WAIT. Si c’est votre serveur, et \
             que vous le relancez aussitôt, `bind` échoue : « Adresse déjà utilisée ».",
            "Entre `socket` et `bind` : `int oui = 1; setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &oui, sizeof oui)`. \
             Le serveur précédent doit l’avoir posé lui aussi. Cela n’autorise pas deux serveurs à écouter ensemble \
             sur un port.",
        ),
    )
}

pub(super) fn unchecked_setup(case: Case) -> Said {
    let call = case.call();
    let title = match &call {
        Some(call) => format!("{call} échoue, et votre programme continue."),
        None => "Un appel échoue, et votre programme continue.".to_owned(),
    };
    let who = call.as_deref().map_or_else(|| "Un appel de préparation".to_owned(), |call| format!("`{call}`"));
    let happened = format!("{who} rend -1{}, et le programme poursuit comme si l’appel avait réussi.", case.in_words());
    let moved = case.has_succeeded(Name::Listen);
    Said::new(title, happened, (after_failure(call.as_deref(), moved), &check(call.as_deref().unwrap_or("bind"))))
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
fn after_failure(call: Option<&str>, moved: bool) -> &'static str {
    match call {
        Some("socket") => {
            "Le descripteur vaut alors -1, qui ne désigne rien : tous les appels suivants échouent avec EBADF, et leur \
             message ne dit plus la vraie cause."
        }
        Some("bind") if !moved => "Le socket n’a pas l’adresse voulue : qui l’y cherche ne le trouvera pas.",
        Some("bind") => {
            "Le socket n’a pas le port voulu. `listen` réussit quand même : le noyau lui choisit un port au hasard, où \
             aucun client ne le cherchera."
        }
        Some("listen") => {
            "Le socket n’est pas à l’écoute : les clients sont refusés, et `accept` échoue avec EINVAL, sans fin si \
             c’est dans une boucle."
        }
        Some("accept") => {
            "Le descripteur vaut alors -1, qui ne désigne aucun client : tout ce qui suit échoue avec EBADF."
        }
        Some("connect") => {
            "Le socket n’a pas de pair : y écrire tue le programme par SIGPIPE ou rend EPIPE, y lire rend ENOTCONN."
        }
        Some(_) => {
            "La suite travaille sur un socket qui n’est pas dans l’état voulu. Elle échouera plus loin, et son message \
             ne dira plus la vraie cause."
        }
        None => {
            "La suite travaille sur un socket qui n’est pas dans l’état voulu. Elle échouera plus loin, et son message \
             ne dira plus la vraie cause. Après un `bind` manqué, `listen` prend même un port au hasard."
        }
    }
}

pub(super) fn missing_htons(case: Case) -> Said {
    let (title, happened) = match case.ports() {
        Some((used, meant)) => (
            format!("Le port {used} est {meant} sans htons."),
            format!(
                "L’adresse porte le port {used}. Ses deux octets, échangés, font {meant} : c’est le port voulu, rangé \
                 dans l’ordre de votre processeur."
            ),
        ),
        None => (
            "Le port n’est pas dans l’ordre des octets du réseau.".to_owned(),
            "L’adresse porte un port dont les deux octets, échangés, font le port voulu : le numéro y est rangé dans \
             l’ordre de votre processeur."
                .to_owned(),
        ),
    };
    Said::new(
        title,
        happened,
        (
            "Dans une `struct sockaddr_in`, le port s’écrit l’octet fort d’abord (ordre du réseau) ; les PC rangent \
             l’octet faible d’abord. Sans `htons`, le noyau lit un autre numéro : personne ne vous trouve au port \
             annoncé.",
            "Passez le numéro par `htons` : `adresse.sin_port = htons(3001)`. Pour le relire : `ntohs`. Une adresse \
             IPv4 passe de même par `htonl`.",
        ),
    )
}

pub(super) fn missing_socket(case: Case) -> Said {
    let call = case
        .call()
        .or_else(|| case.last_call())
        .map_or_else(|| "Un appel de socket".to_owned(), |call| format!("`{call}`"));
    let on = case.0.fd.map_or_else(String::new, |fd| format!(" {fd}"));
    let happened = format!(
        "{call} porte sur le descripteur{on}, que ni `socket`, ni `accept` n’ont donné ; l’appel échoue{}.",
        case.in_words()
    );
    Said::new(
        "Un appel vise un descripteur qui n’est pas un socket.",
        happened,
        (
            "Seul le noyau donne un descripteur : une variable jamais remplie, ou un numéro écrit à la main, ne désigne \
             rien (EBADF), ou désigne tout autre chose : un fichier, le clavier (ENOTSOCK).",
            "Créez le socket et gardez ce que l’appel rend : `int fd = socket(AF_INET, SOCK_STREAM, 0)`. Vérifiez \
             que ce n’est pas -1. Passez cette variable, et pas une autre, aux appels suivants.",
        ),
    )
}

pub(super) fn bad_address(case: Case) -> Said {
    match case.address().as_deref() {
        Some(address) if address.starts_with("255.255.255.255") => failed_inet_addr(),
        Some(address) if address.starts_with("0.0.0.0") || address.starts_with("[::]") || address == "::" => {
            any_address(address)
        }
        _ if case.is_weakness() => any_address("0.0.0.0"),
        address => wrong_family(case, address),
    }
}

fn failed_inet_addr() -> Said {
    Said::new(
        "L’adresse 255.255.255.255 est un échec de inet_addr.",
        "L’adresse donnée au noyau est 255.255.255.255 : `inet_addr` rend cette valeur (`INADDR_NONE`) quand son texte \
         n’est pas une adresse.",
        (
            "`inet_addr` ne cherche pas les noms : `inet_addr(\"www.exemple.fr\")` échoue, et sa valeur d’échec est \
             aussi une adresse, celle de la diffusion. Le programme s’adresse alors à n’importe quoi.",
            "Pour un nom, appelez `getaddrinfo`. Pour une adresse écrite, `inet_pton`, et vérifiez qu’il rend 1 : \
             `if (inet_pton(AF_INET, texte, &adresse.sin_addr) != 1)`.",
        ),
    )
}

fn any_address(address: &str) -> Said {
    Said::new(
        "Votre programme se connecte à 0.0.0.0.",
        format!("`connect` vise {address}, qui veut dire « toutes les adresses de cette machine »."),
        (
            "C’est une adresse pour `bind`, pas une destination. Linux la comprend comme la machine elle-même ; ailleurs, \
             `connect` échoue.",
            "Donnez l’adresse du serveur : 127.0.0.1 s’il est sur la même machine, la sienne sinon.",
        ),
    )
}

fn wrong_family(case: Case, address: Option<&str>) -> Said {
    let address = address.map(|address| format!(" ({address})")).unwrap_or_default();
    let call = case.call().map_or_else(|| "L’appel".to_owned(), |call| format!("`{call}`"));
    Said::new(
        "L’adresse donnée ne convient pas au socket.",
        format!(
            "{call} reçoit une adresse{address} qui n’est pas de la famille du socket, ou qui n’est l’adresse de \
             personne{}.",
            case.in_words()
        ),
        (
            "Un socket `AF_INET` ne comprend que des `struct sockaddr_in` dont `sin_family` vaut `AF_INET` ; un champ \
             oublié contient ce qui traînait en mémoire. Et `inet_addr` rend 255.255.255.255 quand il échoue.",
            "Mettez toute la structure à zéro, puis remplissez ses trois champs : famille, port (`htons`), adresse \
             (`inet_pton`, dont vous vérifiez le résultat). Pour un nom, appelez `getaddrinfo`.",
        ),
    )
}

pub(super) fn bad_addrlen(case: Case) -> Said {
    let call = case.call().or_else(|| case.last_call());
    let title = match &call {
        Some(call) => format!("La longueur d’adresse donnée à {call} est fausse."),
        None => "La longueur d’adresse donnée à bind ou connect est fausse.".to_owned(),
    };
    let call = call.map_or_else(|| "`bind` ou `connect`".to_owned(), |call| format!("`{call}`"));
    if let (Some((given, wanted)), Some(address)) = (case.lengths(), case.address()) {
        return cut_path(title, case, (&call, given, wanted, &address));
    }
    let lengths = match case.lengths() {
        Some((8, wanted)) => format!(" : 8, la taille d’un pointeur, au lieu de {wanted}"),
        Some((given, wanted)) => format!(" : {given} au lieu de {wanted}"),
        None => ", par exemple celle d’un pointeur".to_owned(),
    };
    Said::new(
        title,
        format!("{call} reçoit une longueur qui n’est pas celle de l’adresse{lengths}. L’appel échoue avec EINVAL."),
        (
            "Le noyau lit ce nombre d’octets, et rien de plus : une adresse IPv4 en fait 16, une adresse IPv6 28. \
             `sizeof` d’un pointeur donne 8, pas la taille de ce qu’il désigne.",
            "Donnez la taille de la structure elle-même : `bind(fd, (struct sockaddr *)&adresse, sizeof adresse)`. Ici, \
             `adresse` est la variable, pas un pointeur.",
        ),
    )
}

fn cut_path(title: String, case: Case, (call, given, wanted, address): (&str, u64, u64, &str)) -> Said {
    let happened = format!(
        "{call} reçoit une adresse dont le chemin va jusqu’à l’octet {wanted}, avec la longueur {given} : le noyau n’en lit \
         que {address}, où personne n’écoute, et l’appel échoue{}.",
        case.in_words()
    );
    Said::new(
        title,
        happened,
        (
            "Une `struct sockaddr_un` fait 110 octets : 2 pour la famille, le reste pour le chemin. `struct sockaddr` n’en \
             fait que 16 : `sizeof(struct sockaddr)` coupe le chemin après 14 caractères.",
            "Donnez la taille de la variable elle-même : `connect(fd, (struct sockaddr *)&adresse, sizeof adresse)`. Ici, \
             `adresse` est une `struct sockaddr_un` mise à zéro d’abord.",
        ),
    )
}

pub(super) fn accept_addrlen(case: Case) -> Said {
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
    Said::new(title, happened, (&why, &instead))
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

pub(super) fn client_fixed_port(case: Case) -> Said {
    let port = case.port().map_or_else(|| "un port choisi d’avance".to_owned(), |port| format!("le port {port}"));
    Said::new(
        "Votre client s’attache à un port fixe.",
        format!("`bind` donne {port} à un socket qui fait ensuite `connect`."),
        (
            "Un client n’attend personne : n’importe quel port libre lui convient. Avec un port fixe, deux clients ne \
             peuvent être lancés ensemble vers un même serveur, et le client relancé échoue tant que TIME_WAIT garde \
             le port (EADDRINUSE, 60 secondes).",
            "Retirez `bind` du client : `connect` lui fait choisir par le noyau un port éphémère, que `getsockname` donne.",
        ),
    )
}

pub(super) fn accept_before_listen(case: Case) -> Said {
    let errno = case.errno().map_or_else(|| "EINVAL".to_owned(), named);
    Said::new(
        "accept est appelé avant listen.",
        format!("`accept` échoue ({errno}) : le socket n’est pas à l’écoute, `listen` ne l’y a pas mis."),
        (
            "`bind` réserve le port, et rien de plus. C’est `listen` qui l’ouvre : le noyau y fait alors les connexions \
             et les range dans la file où `accept` les prend. Sans file, rien à prendre.",
            "Appelez dans l’ordre `socket`, `bind`, `listen`, puis `accept` : `if (listen(fd, 10) == -1) { perror(\"listen\"); \
             exit(EXIT_FAILURE); }`",
        ),
    )
}

pub(super) fn listen_loopback_only(case: Case) -> Said {
    let address = case.address().unwrap_or_else(|| "127.0.0.1".to_owned());
    Said::new(
        "Votre serveur n’écoute que la boucle locale.",
        format!("Le socket d’écoute est attaché à {address} : seule cette machine peut l’atteindre."),
        (
            "L’énoncé demande que d’autres machines se connectent. Une demande qui vient du réseau vise l’adresse de la \
             carte, où personne n’écoute : elle est refusée.",
            "Écoutez sur toutes les adresses : `adresse.sin_addr.s_addr = htonl(INADDR_ANY)`. Le serveur est alors \
             visible depuis tout le réseau.",
        ),
    )
}

pub(super) fn obsolete_function(case: Case) -> Said {
    let function = case.function();
    let title = match &function {
        Some(name) => format!("Votre programme emploie {name}, fonction dépassée."),
        None => "Votre programme emploie une fonction dépassée.".to_owned(),
    };
    let who = function.as_deref().map_or_else(
        || "une fonction que les manuels disent dépassée".to_owned(),
        |name| format!("`{name}`, que son manuel dit dépassée"),
    );
    let (why, instead) = replacement(function.as_deref());
    Said::new(title, format!("L’exécutable fait appel à {who}."), (why, instead))
}

fn replacement(function: Option<&str>) -> (&'static str, &'static str) {
    match function {
        Some("gethostbyname" | "gethostbyaddr") => (
            "`gethostbyname` ne connaît que l’IPv4, et rend un pointeur vers une mémoire partagée : deux fils ne peuvent \
             s’en servir ensemble. Elle ne figure plus dans POSIX.",
            "Appelez `getaddrinfo`, qui rend une liste d’adresses IPv4 et IPv6 à essayer l’une après l’autre.",
        ),
        Some("inet_addr") => (
            "`inet_addr` rend -1 quand elle échoue, et -1 est aussi l’adresse 255.255.255.255 : on ne peut les \
             distinguer. Elle ne connaît que l’IPv4.",
            "Appelez `inet_pton(AF_INET, texte, &adresse.sin_addr)`, et vérifiez qu’elle rend 1.",
        ),
        Some("inet_ntoa") => (
            "`inet_ntoa` écrit dans une mémoire unique, que l’appel suivant efface : deux adresses dans un même `printf` \
             s’affichent pareilles. Elle ne connaît que l’IPv4.",
            "Appelez `inet_ntop(AF_INET, &adresse.sin_addr, texte, sizeof texte)`, avec votre propre tableau.",
        ),
        Some("gets") => (
            "`gets` ne connaît pas la taille du tableau : une ligne trop longue écrase la mémoire qui suit. Le C l’a \
             retirée en 2011.",
            "Appelez `fgets(ligne, sizeof ligne, stdin)`, et vérifiez qu’elle ne rend pas `NULL`.",
        ),
        Some("bzero" | "bcopy" | "bcmp") => (
            "Ces fonctions viennent de l’Unix de Berkeley et ne figurent plus dans POSIX.",
            "Mettez la structure à zéro dès sa déclaration : `struct sockaddr_in adresse = {0}`. Ou appelez `memset`. Pour \
             copier et comparer : `memcpy` et `memcmp`.",
        ),
        _ => (
            "Ces fonctions ont un défaut qu’aucune précaution ne répare : `gethostbyname`, `inet_addr` et `inet_ntoa` ne \
             connaissent que l’IPv4, `gets` déborde, `bzero` n’existe pas partout.",
            "Employez celles qui les remplacent : `getaddrinfo` pour les noms, `inet_pton` et `inet_ntop` pour les adresses \
             écrites, `fgets` pour une ligne, `memset` pour mettre à zéro.",
        ),
    }
}
