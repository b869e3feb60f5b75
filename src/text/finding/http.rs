//! HTTP: what a browser or a strict server refuses (RFC 9112).

use crate::text::finding::Said;
use crate::text::finding::case::Case;

pub(super) fn bare_lf(case: Case) -> Said {
    let field = case.field().map(|field| format!(" : {field}")).unwrap_or_default();
    if case.is_defect() {
        return Said::new(
            "Aucune ligne vide ne termine vos en-têtes HTTP.",
            format!("Les en-têtes partent sans être suivis d’une ligne vide{field}."),
            (
                "C’est la ligne vide qui dit « les en-têtes sont finis ». Sans elle, le pair en attend d’autres : il prend votre \
                 page pour un en-tête, ou ne répond jamais.",
                "Terminez chaque ligne par `\\r\\n`, et ajoutez une ligne vide après la dernière : \
                 `\"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\n\"`.",
            ),
        );
    }
    Said::new(
        "Vos lignes HTTP finissent par \\n au lieu de \\r\\n.",
        format!("Le message HTTP envoyé a des lignes qui finissent par `\\n` seul{field}."),
        (
            "La norme (RFC 9112) demande les deux caractères `\\r\\n`. Elle permet au receveur de se contenter de `\\n`, sans l’y \
             obliger : les navigateurs le font, d’autres programmes refusent ou attendent la suite.",
            "Terminez chaque ligne par `\\r\\n`, la ligne vide comprise : `\"HTTP/1.1 200 OK\\r\\n\\r\\n\"`.",
        ),
    )
}

pub(super) fn status_line(case: Case) -> Said {
    let field = case.field().map(|field| format!(" par {field}")).unwrap_or_default();
    Said::new(
        "La première ligne de votre réponse HTTP est mal formée.",
        format!("La réponse commence{field}, qui n’est pas une ligne d’état."),
        (
            "La première ligne a une forme fixe : `HTTP/1.1`, un espace, un code de trois chiffres, un espace, un texte qui peut \
             être vide. Un navigateur qui ne la reconnaît pas refuse la réponse entière.",
            "Écrivez-la exactement : `HTTP/1.1 200 OK\\r\\n`. Le code dit le résultat : 200 réussi, 404 introuvable, 500 erreur du \
             serveur.",
        ),
    )
}

pub(super) fn content_length(case: Case) -> Said {
    let (field, lengths) = (case.field(), case.lengths());
    let happened = match (field, lengths) {
        (_, Some((given, wanted))) => {
            format!("L’en-tête annonce {given}, et le corps envoyé fait {wanted} octets.")
        }
        (Some(field), None) => format!("L’en-tête {field} n’annonce pas la longueur du corps envoyé."),
        (None, None) => {
            "L’en-tête Content-Length est mal écrit, ou n’annonce pas la longueur du corps envoyé.".to_owned()
        }
    };
    Said::new(
        "Content-Length n’annonce pas la longueur envoyée.",
        happened,
        (
            "Le client lit exactement le nombre d’octets annoncé. Trop grand, il attend une suite qui ne vient pas ; trop petit, \
             la page est coupée. Mal orthographié, le nom n’est pas compris, et c’est comme s’il n’y était pas.",
            "Comptez les octets du corps seul, en-têtes non compris : `snprintf(entete, sizeof entete, \"Content-Length: \
             %zu\\r\\n\", strlen(corps))`. Un caractère accentué compte pour deux.",
        ),
    )
}

pub(super) fn no_length() -> Said {
    Said::new(
        "Votre réponse HTTP ne dit pas où elle finit.",
        "La réponse n’a ni Content-Length, ni Transfer-Encoding, et le serveur garde la connexion ouverte.",
        (
            "Sans longueur annoncée, seule la fermeture de la connexion dit que la page est finie. Le navigateur attend donc, \
             et sa roue tourne, alors que tout est arrivé.",
            "Annoncez la longueur du corps, `Content-Length: 123\\r\\n`, ou fermez la connexion après la réponse, en le disant : \
             `Connection: close\\r\\n`.",
        ),
    )
}

pub(super) fn host_missing(case: Case) -> Said {
    let field = case.field().map(|field| format!(" {field}")).unwrap_or_default();
    Said::new(
        "Votre requête HTTP/1.1 n’a pas d’en-tête Host.",
        format!("La requête{field} est envoyée en HTTP/1.1 sans la ligne `Host:`."),
        (
            "Plusieurs sites vivent à une même adresse : c’est `Host` qui dit lequel vous voulez. HTTP/1.1 l’exige, et un serveur \
             conforme répond 400 (Bad Request).",
            "Ajoutez la ligne après la requête : `\"GET / HTTP/1.1\\r\\nHost: www.exemple.fr\\r\\nConnection: close\\r\\n\\r\\n\"`.",
        ),
    )
}
