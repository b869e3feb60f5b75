//! HTTP: what a browser or a strict server refuses (RFC 9112).

use crate::text::finding::Composed;
use crate::text::finding::case::Case;

pub(super) fn bare_lf(case: Case) -> Composed {
    let field = case.field().map(|field| format!(" : {field}")).unwrap_or_default();
    if case.is_defect() {
        let happened = format!("Les en-têtes partent sans être suivis d’une ligne vide{field}.");
        return Composed::titled("Aucune ligne vide ne termine vos en-têtes HTTP.", happened).advised(
            "C’est la ligne vide qui dit « les en-têtes sont finis ». Sans elle, le pair en attend d’autres : il prend votre \
                 page pour un en-tête, ou ne répond jamais.",
            "Terminez chaque ligne par `\\r\\n`, et ajoutez une ligne vide après la dernière : \
                 `\"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\n\"`.",
        );
    }
    Composed::happened(format!("Le message HTTP envoyé a des lignes qui finissent par `\\n` seul{field}."))
}

pub(super) fn status_line(case: Case) -> Composed {
    let field = case.field().map(|field| format!(" par {field}")).unwrap_or_default();
    Composed::happened(format!("La réponse commence{field}, qui n’est pas une ligne d’état."))
}

pub(super) fn content_length(case: Case) -> Composed {
    match (case.field(), case.lengths()) {
        (_, Some((given, wanted))) => {
            Composed::happened(format!("L’en-tête annonce {given}, et le corps envoyé fait {wanted} octets."))
        }
        (Some(field), None) => {
            Composed::happened(format!("L’en-tête {field} n’annonce pas la longueur du corps envoyé."))
        }
        (None, None) => Composed::default(),
    }
}

pub(super) fn host_missing(case: Case) -> Composed {
    let field = case.field().map(|field| format!(" {field}")).unwrap_or_default();
    Composed::happened(format!("La requête{field} est envoyée en HTTP/1.1 sans la ligne `Host:`."))
}
