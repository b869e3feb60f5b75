//! `docs/diagnostics.md` against the texts that the program says; `UPDATE_SNAPSHOTS=1` writes it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use socketlab::content::book::Book;
use socketlab::content::finding::Finding;
use socketlab::finding::{Id, Severity};
use socketlab::text::finding::{general, meaning, severity};

const SEVERITIES: [Severity; 4] = [Severity::Defect, Severity::Weakness, Severity::Advice, Severity::Information];

const HEAD: &str = "\
# Ce que `socketlab trace` sait reconnaître

Ce document est pour les enseignants. Il dit ce que `trace` reconnaît dans les appels d’un programme, ce qu’il en dit à
l’étudiant, et ce qu’il ne dit jamais. Il est engendré depuis les textes du programme : ce que vous lisez ici est ce que
l’étudiant lit, sans les valeurs de son cas (descripteurs, ports, longueurs). `socketlab explain NOM` affiche la même page.

Un constat vient des appels système et du comportement, jamais du source : il vaut donc pour du C, du Python, du Java, ou
tout autre exécutable. Il porte un nom stable, une gravité, les appels décisifs avec leur ligne de source (`gcc -g`), et
la leçon qui l’enseigne. Un défaut annoncé à tort est pire qu’un défaut manqué : chaque règle a ses cas où elle se tait.
";

fn page(id: Id) -> Finding {
    Book::default().finding(id).expect("a page that can be read")
}

/// What `trace` may say.
fn said() -> impl Iterator<Item = Id> {
    Id::all().filter(|id| !id.needs_statement())
}

fn whole() -> String {
    let mut out = HEAD.to_owned();
    out.push_str("\n## Gravités\n\n| gravité | ce qu’elle veut dire |\n|---|---|\n");
    for kind in SEVERITIES {
        let _ = writeln!(out, "| {} | {} |", severity(kind), meaning(kind));
    }
    out.push_str(
        "\nUne règle peut donner à un cas une autre gravité que la sienne : un `accept-addrlen` qui fait échouer ",
    );
    out.push_str(
        "`accept` est un défaut, pas une fragilité.\n\n## Liste\n\n| nom | gravité | leçons | en une ligne |\n",
    );
    out.push_str("|---|---|---|---|\n");
    for id in said() {
        let name = id.name();
        let (kind, title) = (severity(id.severity()), general(id, &page(id)).title);
        let _ = writeln!(out, "| [`{name}`](#{name}) | {kind} | {} | {title} |", numbers(&page(id).lessons));
    }
    out.push_str("\n## Chacun en détail\n");
    said().for_each(|id| one(&mut out, id));
    out
}

fn one(out: &mut String, id: Id) {
    let page = page(id);
    let said = general(id, &page);
    let (wrong, right) = page.excerpts();
    let _ = writeln!(out, "\n### {}\n\n**{}** · {}\n", id.name(), said.title, severity(id.severity()));
    let _ = writeln!(out, "- **Ce qui se passe.** {}", said.happened);
    let _ = writeln!(out, "- **Pourquoi.** {}", said.why);
    let _ = writeln!(out, "- **À écrire.** {}", said.instead);
    let _ = writeln!(out, "- **Jamais dit** {}", page.spared);
    let _ = writeln!(out, "\nL’erreur :\n\n```c\n{wrong}\n```\n\nLa correction :\n\n```c\n{right}\n```");
}

fn numbers(lessons: &[u32]) -> String {
    lessons.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_document_says_what_the_program_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics.md");
    let wanted = whole();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, wanted).expect("docs/diagnostics.md can be written");
        return;
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == wanted, "docs/diagnostics.md is stale: UPDATE_SNAPSHOTS=1 writes it");
}
